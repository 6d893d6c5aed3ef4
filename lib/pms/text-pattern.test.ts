import { describe, expect, it } from 'vitest';
import { fitsPattern, type PatternRules, parseTextPattern } from './text-pattern';

const fits = (pattern: string, text: string, rules?: PatternRules) =>
  fitsPattern(parseTextPattern(pattern, rules), text);

describe('shell patterns', () => {
  it.each<[string, string, PatternRules?]>([
    ['', ''],
    ['*', ''],
    ['a*c', 'ac'],
    ['a*c', 'a/b/c'],
    ['*.la', 'libz.la'],
    ['a?c', 'abc'],
    ['a**c', 'axyzc'],
    ['lib[abc].so', 'libb.so', { hasSets: true }],
    ['lib[a-c]?', 'libcx', { hasSets: true }],
    ['lib[!a-c]', 'libd', { hasSets: true }],
    ['lib[]x]', 'lib]', { hasSets: true }],
    ['lib[', 'lib[', { hasSets: true }],
    ['lib[a]', 'lib[a]'],
    ['a.c+', 'a.c+'],
    ['*/*', 'dev-libs/boost', { stop: '/' }],
    ['/usr/**/c', '/usr/a/b/c', { stop: '/', isDeep: true }],
  ])('%s takes %s', (pattern, text, rules) => {
    expect(fits(pattern, text, rules)).toBe(true);
  });

  it.each<[string, string, PatternRules?]>([
    ['', 'a'],
    ['a?c', 'ac'],
    ['a.c', 'abc'],
    ['*.la', 'libz.lax'],
    ['lib[c-a]', 'libb', { hasSets: true }],
    ['lib[!a-c]', 'libb', { hasSets: true }],
    ['*', 'dev-libs/boost', { stop: '/' }],
    ['**', 'dev-libs/boost', { stop: '/' }],
    ['/usr/*/c', '/usr/a/b/c', { stop: '/', isDeep: true }],
  ])('%s does not take %s', (pattern, text, rules) => {
    expect(fits(pattern, text, rules)).toBe(false);
  });

  it('costs no more than the product of both lengths', () => {
    let asked = 0;
    const counted = parseTextPattern(`${'*a'.repeat(100)}b`).map((part) => ({
      ...part,
      takes: (character: string) => {
        asked += 1;
        return part.takes(character);
      },
    }));
    expect(fitsPattern(counted, 'a'.repeat(2000))).toBe(false);
    expect(asked).toBeLessThanOrEqual(201 * 2000);
  });
});
