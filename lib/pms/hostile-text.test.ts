import { describe, expect, it } from 'vitest';
import { tryParseAtom } from './atom';
import { tryParseCpv } from './cpv';
import { parseDepString } from './dep-string';
import { evaluateDependency, parseDependency } from './dependency';
import { combineOverlapping } from './dnf';
import { PmsError } from './errors';
import { parseMove } from './move';
import { checkRequiredUse, parseRequiredUse } from './required-use';
import { tryParseVersion } from './version';

const times = (count: number, text: string): string => text.repeat(count);

describe('dependency text of a stranger', () => {
  const refused: readonly [what: string, text: string][] = [
    ['100,000 brackets', `${times(100_000, '( ')}a/b ${times(100_000, ') ')}`],
    ['100,000 any-of', `${times(100_000, '|| ( ')}a/b ${times(100_000, ') ')}`],
    ['100,000 conditions', `${times(100_000, 'x? ( ')}a/b ${times(100_000, ') ')}`],
    ['100,000 brackets that stay open', times(100_000, '( ')],
    ['100,000 brackets that close nothing', times(100_000, ') ')],
    ['more words than any ebuild has', times(60_000, 'a/b ')],
    ['a name without end', `a/${times(100_000, 'b')}`],
    ['a version without end', `=a/b-${times(100_000, '1.')}1`],
    ['zeros without end', `=a/b-1.${times(100_000, '0')}1`],
    ['USE deps without end', `a/b[${times(50_000, 'x,')}x]`],
    ['a flag without end', `${times(100_000, 'x')}!? ( a/b )`],
  ];

  it.each(refused)('refuses %s in a short message', (_what, text) => {
    const message = (() => {
      try {
        parseDependency(text);
      } catch (error) {
        if (error instanceof PmsError) return error.message;
        throw error;
      }
      return null;
    })();
    expect(message).not.toBeNull();
    expect(message?.length).toBeLessThan(1000);
  });

  it('takes what is deep and wide as far as real ebuilds go, and more', () => {
    const deep = parseDependency(`${times(100, 'x? ( ')}a/b ${times(100, ') ')}`);
    expect(evaluateDependency(deep, new Set(['x'])).children).toHaveLength(1);
    const wide = parseDependency(`|| ( ( ${times(40_000, 'a/b ')}) c/d )`);
    expect(evaluateDependency(wide, new Set()).children).toHaveLength(1);
  });

  it('refuses a REQUIRED_USE that is too deep and judges one that is wide', () => {
    expect(() => parseRequiredUse(`${times(1000, '^^ ( ')}a ${times(1000, ') ')}`)).toThrow(PmsError);
    const flags = Array.from({ length: 20_000 }, (_, at) => `f${at}`);
    expect(checkRequiredUse(parseRequiredUse(`^^ ( ${flags.join(' ')} )`), new Set(['f7'])).satisfied).toBe(true);
    expect(checkRequiredUse(parseRequiredUse(flags.map((flag) => `!${flag}`).join(' ')), new Set()).satisfied).toBe(
      true,
    );
  });

  it('does not multiply out what has more alternatives than memory', () => {
    const groups = Array.from({ length: 40 }, (_, at) => `|| ( a/common a/x${at} )`).join(' ');
    const list = evaluateDependency(parseDependency(groups), new Set()).children;
    const combined = combineOverlapping(
      list,
      ({ atom }) => atom.qualifiedName,
      (node) => JSON.stringify(node),
    );
    expect(combined).toHaveLength(40);
  });

  it('finds what overlaps among thousands of groups that all name one package', () => {
    const groups = Array.from({ length: 8000 }, (_, at) => `|| ( a/common a/x${at} )`).join(' ');
    const list = evaluateDependency(parseDependency(groups), new Set()).children;
    expect(
      combineOverlapping(
        list,
        ({ atom }) => atom.qualifiedName,
        (node) => JSON.stringify(node),
      ),
    ).toHaveLength(8000);
  });
});

/** A generator with a seed, so that a failure can be had again: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pieces = [
  ...['(', ')', '||', '^^', '??', '->', '!', '!!', '=', '~', '>=', '<', '*', '/', ':', '::', '[', ']', ',', '?', '+'],
  ...['a', 'b-1', 'cat/pkg', '1.0', '_rc1', '-r2', 'x?', '!x?', '..', '__proto__', '\0', '\u202e', '\n', ' ', '  '],
  ...['move', 'slotmove', '0', '9'.repeat(40), 'é', '"', '`', '${', '\ud800'],
];

describe('random text', () => {
  it.each([1, 2, 3, 4, 5])('is taken or refused as text of a package manager, never otherwise (seed %i)', (seed) => {
    const next = random(seed);
    for (let round = 0; round < 2000; round++) {
      const length = 1 + Math.floor(next() * 12);
      const glue = next() < 0.5 ? '' : ' ';
      const text = Array.from({ length }, () => pieces[Math.floor(next() * pieces.length)]).join(glue);
      tryParseAtom(text, { allowWildcard: true });
      tryParseVersion(text);
      tryParseCpv(text);
      parseMove(text);
      for (const parse of [
        () => parseDependency(text),
        () => parseRequiredUse(text),
        () => parseDepString(text, (token) => token, { allowArrows: true, allowEmptyGroups: true }),
      ]) {
        try {
          parse();
        } catch (error) {
          expect(error, text).toBeInstanceOf(PmsError);
        }
      }
    }
  });
});
