import { describe, expect, it } from 'vitest';
import { parseDepString } from './dep-string';
import { atomsOf, evaluateDependency, formatDependency, parseDependency } from './dependency';
import { combineOverlapping, disjunctiveForm } from './dnf';
import { eapi } from './eapi';
import { PmsError } from './errors';

const reduce = (text: string, flags: string, name = '8'): string =>
  formatDependency(evaluateDependency(parseDependency(text), new Set(flags.split(' ')), eapi(name)));

describe('dependency strings (PMS 8.2)', () => {
  it.each([
    '',
    'a/b',
    'a/b >=c/d-1:=[x?]',
    '( a/b c/d )',
    '|| ( a/b ( c/d e/f ) )',
    'x? ( a/b !y? ( c/d ) )',
    '!a/b || ( !!c/d x? ( || ( e/f g/h ) ) )',
  ])('%j comes back as written', (text) => {
    expect(formatDependency(parseDependency(text))).toBe(text);
  });

  it.each([
    ['( a/b', /`\)` is missing/],
    ['a/b )', /closes nothing/],
    ['|| a/b', /must be followed by/],
    ['x? a/b', /must be followed by/],
    ['|| ( )', /empty/],
    ['x? ( )', /empty/],
    ['? ( a/b )', /does not begin with the name/],
    ['1.0? ( a/b )', /does not begin with the name/],
    ['^^ ( a/b )', /not allowed here/],
    ['( a/b c/d)', /spaces are missing/],
    ['|| (a/b )', /must be followed by/],
    ['a/b -> c', /wrong place/],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseDependency(text)).toThrow(message);
    expect(() => parseDependency(text)).toThrow(PmsError);
  });

  it('refuses conditions on flags that the package does not have', () => {
    expect(() => parseDependency('y? ( a/b )', { validFlags: new Set(['x']) })).toThrow(/not in IUSE/);
  });

  it('reads arrows as part of one word', () => {
    const tree = parseDepString('x? ( https://h/f -> g ) h', (uri, target) => ({ kind: 'uri', uri, target }), {
      allowArrows: true,
    });
    expect(tree).toMatchObject({
      children: [
        { kind: 'use', children: [{ uri: 'https://h/f', target: 'g' }] },
        { uri: 'h', target: null },
      ],
    });
    for (const text of ['a ->', 'a -> b/c', 'a -> -> b', '-> a', 'a -> x? ( b )']) {
      expect(() => parseDepString(text, (uri) => uri, { allowArrows: true })).toThrow(PmsError);
    }
  });
});

describe('evaluation (PMS 8.2.2, 8.2.3)', () => {
  it.each([
    ['x? ( a/b ) !x? ( c/d )', 'x', 'a/b'],
    ['x? ( a/b ) !x? ( c/d )', '', 'c/d'],
    ['|| ( a/b || ( c/d e/f ) )', '', '|| ( a/b c/d e/f )'],
    ['|| ( ( a/b c/d ) ( e/f ) )', '', '|| ( ( a/b c/d ) e/f )'],
    ['|| ( x? ( a/b c/d ) )', 'x', 'a/b c/d'],
    ['|| ( x? ( a/b ) c/d )', '', 'c/d'],
    ['( ( a/b ) ( ( c/d ) ) )', '', 'a/b c/d'],
    ['a/b[x?] c/d[!x=]', 'x', 'a/b[x] c/d[-x]'],
  ])('%s with "%s" asks for %s', (text, flags, result) => {
    expect(reduce(text, flags)).toBe(result);
  });

  it('lets an any-of without members match up to EAPI 6 only', () => {
    expect(reduce('a/b || ( x? ( c/d ) )', '', '6')).toBe('a/b');
    expect(reduce('a/b || ( x? ( c/d ) )', '', '7')).toBe('a/b || ( )');
  });

  it('tells the conditions around each atom', () => {
    const node = parseDependency('a/b x? ( !y? ( c/d ) || ( e/f g/h ) )');
    expect(
      [...atomsOf(node, new Set(['x']))].map(({ atom, conditions, alternative }) => [
        atom.text,
        conditions.join(' '),
        alternative,
      ]),
    ).toEqual([
      ['a/b', '', false],
      ['c/d', 'x? !y?', false],
      ['e/f', 'x?', true],
      ['g/h', 'x?', true],
    ]);
    expect([...atomsOf(node, new Set())].map(({ atom }) => atom.text)).toEqual(['a/b']);
    expect([...atomsOf(node)]).toHaveLength(4);
  });
});

describe('disjunctive form', () => {
  const list = (text: string) => evaluateDependency(parseDependency(text), new Set()).children;
  const write = (children: ReturnType<typeof list>): string => formatDependency({ kind: 'all', children });

  it.each([
    ['a/a b/b', 'a/a b/b'],
    ['|| ( a/a b/b )', '|| ( a/a b/b )'],
    ['c/c || ( a/a b/b )', '|| ( ( c/c a/a ) ( c/c b/b ) )'],
    ['|| ( a/a b/b ) || ( c/c d/d )', '|| ( ( a/a c/c ) ( a/a d/d ) ( b/b c/c ) ( b/b d/d ) )'],
    ['|| ( a/a ( b/b || ( c/c d/d ) ) )', '|| ( a/a ( b/b c/c ) ( b/b d/d ) )'],
  ])('%s becomes %s', (text, result) => {
    expect(write(disjunctiveForm(list(text)))).toBe(result);
  });

  it('multiplies only groups that share a package', () => {
    const combine = (text: string) =>
      combineOverlapping(
        list(text),
        ({ atom }) => (atom.blocker === null ? atom.qualifiedName : null),
        (group) => formatDependency(group),
      );
    const apart = '|| ( a/a b/b ) e/e || ( c/c d/d )';
    expect(write(combine(apart))).toBe(apart);
    expect(write(combine('|| ( a/a b/b ) d/d || ( b/b c/c )'))).toBe(
      'd/d || ( ( a/a b/b ) ( a/a c/c ) ( b/b b/b ) ( b/b c/c ) )',
    );
    expect(write(combine('|| ( a/a b/b ) || ( a/a b/b )'))).toBe('|| ( a/a b/b )');
  });
});
