import { describe, expect, it } from 'vitest';
import { findCycle, Schedule } from './schedule';

/** `a: b c` lines: a needs b and c. */
function work(text: string): ConstructorParameters<typeof Schedule>[0] {
  const needs = new Map(
    text
      .split(';')
      .map((line) => [
        line.split(':')[0]?.trim() ?? '',
        (line.split(':')[1] ?? '').trim().split(/\s+/).filter(Boolean),
      ]),
  );
  return { ids: [...needs.keys()], needs };
}

describe('a schedule', () => {
  it('starts what has everything it needs, in the given order', () => {
    const schedule = new Schedule(work('app: lib; lib: c; tool: c; c:'), false);
    expect(schedule.ready()).toEqual(['c']);
    schedule.start('c');
    expect(schedule.ready()).toEqual([]);
    schedule.finish('c');
    expect(schedule.ready()).toEqual(['lib', 'tool']);
    schedule.start('lib');
    schedule.finish('lib');
    expect(schedule.ready()).toEqual(['app', 'tool']);
  });

  it('starts what has the highest priority first, however late it became free', () => {
    const priority = (id: string): number => ({ slow: 9, quick: 1, base: 5 })[id] ?? 0;
    const schedule = new Schedule({ ...work('quick:; base:; slow: base'), priority }, false);
    expect(schedule.ready()).toEqual(['base', 'quick']);
    schedule.start('base');
    expect(schedule.finish('base')).toEqual(['slow']);
    expect(schedule.next()).toBe('slow');
    expect(schedule.ready()).toEqual(['slow', 'quick']);
  });

  it('counts a need that is named twice once', () => {
    const schedule = new Schedule(work('app: lib lib; lib:'), false);
    schedule.start('lib');
    schedule.finish('lib');
    expect(schedule.ready()).toEqual(['app']);
  });

  it('takes things it does not know as there', () => {
    expect(new Schedule(work('app: provided'), false).ready()).toEqual(['app']);
  });

  it('skips all that needs a failed item, near and far, and goes on with the rest when told to', () => {
    const schedule = new Schedule(work('far: near; near: bad; bad:; other:'), true);
    expect(schedule.fail('bad')).toEqual([
      { id: 'near', because: 'bad' },
      { id: 'far', because: 'near' },
    ]);
    expect(schedule.ready()).toEqual(['other']);
    expect(schedule.waiting).toEqual(['other']);
    expect(schedule.hasFailed).toBe(true);
  });

  it('starts nothing more after a failure otherwise', () => {
    const schedule = new Schedule(work('bad:; other:'), false);
    schedule.fail('bad');
    expect(schedule.ready()).toEqual([]);
  });
});

it('finds a cycle and leaves diamonds alone', () => {
  expect(findCycle(work('a: b c; b: d; c: d; d:'))).toBeNull();
  expect(findCycle(work('x: a; a: b; b: c; c: a'))).toEqual(['a', 'b', 'c', 'a']);
});
