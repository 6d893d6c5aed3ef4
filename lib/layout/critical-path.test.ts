import { describe, expect, it } from 'vitest';
import { chainLengths, criticalPath, expectedTotalMs, type TimedWork } from './critical-path';

/** `a 5: b c` — a takes 5 and waits for b and c. */
function work(text: string): TimedWork {
  const rows = text.split(';').map((line) => /^\s*(\S+) (\d+):\s*(.*)$/.exec(line.trim()) ?? []);
  const costs = new Map(rows.map(([, id = '', cost]) => [id, Number(cost)]));
  return {
    ids: [...costs.keys()],
    needs: new Map(rows.map(([, id = '', , needs = '']) => [id, needs.split(/\s+/).filter(Boolean)])),
    costMs: (id) => costs.get(id) ?? 0,
  };
}

describe('the critical path', () => {
  const diamond = work('app 2: left right; left 9: base; right 1: base; base 3:; alone 12:');

  it('measures from the start of an item to the end of all that waits for it', () => {
    expect(Object.fromEntries(chainLengths(diamond))).toEqual({ app: 2, left: 11, right: 3, base: 14, alone: 12 });
  });

  it('is the longest chain, first item first', () => {
    expect(criticalPath(diamond)).toEqual(['base', 'left', 'app']);
  });

  it('takes what is not part of the work as done', () => {
    expect(criticalPath(work('a 1: there'))).toEqual(['a']);
  });

  it('survives a cycle', () => {
    const cycle = work('a 1: b; b 2: a; c 5:');
    expect(chainLengths(cycle).get('b')).toBe(2);
    expect(criticalPath(cycle)).toEqual(['c']);
    expect(expectedTotalMs(cycle, 2)).toBe(5);
  });
});

describe('the expected total', () => {
  const two = work('long 10: base; short1 4:; short2 4:; base 2:');

  it.each([
    [1, 20],
    [2, 12],
    [9, 12],
  ])('with %i at once is %i', (workers, expected) => {
    expect(expectedTotalMs(two, workers)).toBe(expected);
  });

  it('is never better than the longest chain or an even share, on random work', () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state % below;
    };
    for (let round = 0; round < 50; round += 1) {
      const count = 2 + random(30);
      const ids = Array.from({ length: count }, (_, i) => `${i}`);
      const needs = new Map(
        ids.map((id, i) => [id, i === 0 ? [] : Array.from({ length: random(3) }, () => `${random(i)}`)]),
      );
      const costs = ids.map(() => 1 + random(20));
      const one: TimedWork = { ids, needs, costMs: (id) => costs[Number(id)] ?? 0 };
      const sum = costs.reduce((total, cost) => total + cost, 0);
      const longest = criticalPath(one).reduce((total, id) => total + one.costMs(id), 0);
      expect(Math.max(...chainLengths(one).values())).toBe(longest);
      expect(expectedTotalMs(one, 1)).toBe(sum);
      const total = expectedTotalMs(one, 3);
      expect(total).toBeGreaterThanOrEqual(Math.max(longest, sum / 3));
      // Graham's bound for list scheduling
      expect(total).toBeLessThanOrEqual(sum / 3 + longest * (1 - 1 / 3) + 1e-9);
    }
  });
});
