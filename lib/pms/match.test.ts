import { describe, expect, it } from 'vitest';
import { evaluateUseDeps, parseAtom } from './atom';
import { parseCpv } from './cpv';
import { eapi } from './eapi';
import { matchesAtom } from './match';
import { applyMove, parseMove } from './move';
import { bestMatch, surelyIntersect } from './specificity';
import { expandUseDeps, violatedUseDeps } from './use-check';

const matches = (atom: string, cpv: string): boolean =>
  matchesAtom(parseAtom(atom, { allowWildcard: true }), parseCpv(cpv));

describe('operators (PMS 8.3.1)', () => {
  it.each([
    ['=a/b-1', 'a/b-1-r0'],
    ['=a/b-1.0', 'a/b-1.00'],
    ['~a/b-1', 'a/b-1-r5'],
    ['=a/b-1*', 'a/b-1'],
    ['=a/b-1*', 'a/b-1.9'],
    ['=a/b-1*', 'a/b-1a'],
    ['=a/b-1*', 'a/b-1_p2'],
    ['=a/b-1_pre*', 'a/b-1_pre1'],
    ['=a/b-01*', 'a/b-001-r1'],
    ['=a/b-1-r1*', 'a/b-1-r1'],
    ['<a/b-2', 'a/b-2_rc1'],
    ['>=a/b-2', 'a/b-2'],
    ['>a/b-2', 'a/b-2-r1'],
    ['*/b', 'a/b-1'],
    ['a/*', 'a/b-1'],
    ['=*/*-*9999*', 'a/b-9999-r1'],
  ])('%s takes %s', (atom, cpv) => {
    expect(matches(atom, cpv)).toBe(true);
  });

  it.each([
    ['=a/b-1', 'a/b-1-r1'],
    ['~a/b-1', 'a/b-1.0'],
    ['=a/b-1*', 'a/b-10'],
    ['=a/b-1.1*', 'a/b-1.10'],
    ['=a/b-1-r1*', 'a/b-1-r11'],
    ['=a/b-1-r1*', 'a/b-1_alpha1'],
    ['>a/b-2', 'a/b-2'],
    ['a/b', 'a/c-1'],
    ['a/*', 'x/b-1'],
    ['=*/*-*9999*', 'a/b-1'],
  ])('%s does not take %s', (atom, cpv) => {
    expect(matches(atom, cpv)).toBe(false);
  });
});

describe('slot, repository, build and USE', () => {
  const target = {
    ...parseCpv('a/b-1'),
    slot: '0',
    subSlot: '5',
    repository: 'r',
    buildId: 2,
    use: new Set(['on']),
    iuse: new Set(['on', 'off']),
  };

  it.each([
    'a/b:0',
    'a/b:0/5',
    'a/b:0/5=',
    'a/b:=',
    'a/b:*',
    'a/b::r',
    '=a/b-1-2',
    'a/b[on,-off]',
    'a/b[new(+)]',
    'a/b[-new(-)]',
    'a/b[on(-)]',
    'a/b[-off(+)]',
  ])('%s (PMS 8.3.3, 8.3.4)', (text) => {
    expect(matchesAtom(parseAtom(text), target)).toBe(true);
  });

  it.each([
    'a/b:1',
    'a/b:0/4',
    'a/b::s',
    '=a/b-1-3',
    'a/b[off]',
    'a/b[-on]',
    'a/b[new]',
    'a/b[-new]',
    'a/b[new(-)]',
    'a/b[-new(+)]',
    'a/b[off(+)]',
  ])('not %s', (text) => {
    expect(matchesAtom(parseAtom(text), target)).toBe(false);
  });

  it('needs a flag without default even when evaluation asks nothing of it', () => {
    expect(matchesAtom(evaluateUseDeps(parseAtom('a/b[new?]'), new Set()), target)).toBe(false);
    expect(matchesAtom(evaluateUseDeps(parseAtom('a/b[new(-)?]'), new Set()), target)).toBe(true);
  });

  it('does not judge what is not known', () => {
    expect(matchesAtom(parseAtom('a/b:3::x[y]'), parseCpv('a/b-1'))).toBe(true);
  });

  it('names the USE deps that are not met', () => {
    const violated = (text: string, parent: string[] | null) =>
      violatedUseDeps(parseAtom(text), target, parent && new Set(parent)).text;
    expect(violated('a/b:0[on,off,-new(-)]', null)).toBe('a/b:0[off]');
    expect(violated('a/b[off=,!on=,new?]', ['off', 'on'])).toBe('a/b[off=,!on=,new?]');
    expect(violated('a/b[off=,!on=]', [])).toBe('a/b');
    expect(() => violated('a/b[off=]', null)).toThrow(/depend on flags of a parent/);
  });

  it('expands conditions both ways, but for masked and forced flags', () => {
    const expand = (text: string) => expandUseDeps(parseAtom(text), new Set(['m']), new Set(['f'])).text;
    expect(expand('a/b[x=,m=,f=,x?,!x?,y]')).toBe('a/b[x,-x,-m,f,x,-x,y]');
  });
});

describe('choosing among atoms', () => {
  it.each([
    [['dev-libs/A', '=dev-libs/A-4', '~dev-libs/A-4'], '=dev-libs/A-4'],
    [['>=dev-libs/A-2', '>=dev-libs/A-3'], '>=dev-libs/A-3'],
    [['<=dev-libs/A-6', '<=dev-libs/A-5'], '<=dev-libs/A-5'],
    [['*/*', 'dev-libs/*:0', '=*/*-*4*'], '=*/*-*4*'],
    [['dev-libs/A:0', '>=dev-libs/A-1', 'dev-libs/A'], 'dev-libs/A:0'],
    [['=dev-libs/A-5', 'dev-libs/B'], undefined],
  ])('%j: %s is closest', (atoms, best) => {
    const target = { ...parseCpv('dev-libs/A-4'), slot: '0', subSlot: '0' };
    expect(
      bestMatch(
        target,
        atoms.map((text) => parseAtom(text, { allowWildcard: true })),
      )?.text,
    ).toBe(best);
  });

  it('finds atoms that surely meet', () => {
    const meet = (a: string, b: string): boolean => surelyIntersect(parseAtom(a), parseAtom(b));
    expect(meet('=a/b-1:1', '=a/b-1')).toBe(true);
    expect(meet('=a/b-1:1', '=a/b-1:2')).toBe(false);
    expect(meet('a/b', 'a/c')).toBe(false);
  });
});

describe('package moves (PMS 4.4.4)', () => {
  const move = parseMove('move dev-libs/A dev-libs/B');
  const slotMove = parseMove('slotmove dev-libs/A 0 1');
  if (move === null || slotMove === null) throw new Error('moves did not parse');

  it.each([
    [move, '  >=dev-libs/A-1:0/1=[foo]  x? ( dev-libs/AB )', '  >=dev-libs/B-1:0/1=[foo]  x? ( dev-libs/AB )'],
    [slotMove, 'dev-libs/A:0/0= dev-libs/A:2 dev-libs/A', 'dev-libs/A:1/1= dev-libs/A:2 dev-libs/A'],
    [slotMove, 'dev-libs/A:0/5[x]', 'dev-libs/A:1/5[x]'],
  ])('%j', (change, before, after) => {
    expect(applyMove(before, change, { eapi: eapi('8') })).toBe(after);
  });

  it('makes no package block itself', () => {
    expect(applyMove('!dev-libs/A', move, { parent: parseCpv('dev-libs/B-1') })).toBe('!dev-libs/A');
    expect(applyMove('!dev-libs/A', move, { parent: parseCpv('dev-libs/C-1') })).toBe('!dev-libs/B');
  });

  it('reads no other lines', () => {
    expect(['', 'move a/b', 'move a/b-1 c/d', 'slotmove >=a/b-1 0 1', 'rename a/b c/d'].map(parseMove)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
