import { describe, expect, it } from 'vitest';
import { parseDesign, validateDesign } from './design';

const head = 'name: demo\nboard: amd64-usr\npath: /opt/demo\npackages:\n  - app-editors/nano\n';
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** Texts that a person would not write, each with the line of the problem that they must end in. */
const hostile: readonly (readonly [string, string, number])[] = [
  ['20,000 nested brackets', `${head}use: ${'['.repeat(20_000)}`, 6],
  ['20,000 nested braces, closed', `${head}use: ${'{a: '.repeat(20_000)}${'}'.repeat(20_000)}`, 6],
  ['20,000 nested lists on one line', `${head}use:\n  ${'- '.repeat(20_000)}x`, 7],
  ['20,000 question marks on one line', `${head}use:\n  ${'? '.repeat(20_000)}x`, 7],
  ['400 levels by indentation', `${head}use:\n${lines(400, (i) => `${' '.repeat(i + 1)}a:`)}`, 135],
  ['40,000 keys', `${head}make_conf:\n${lines(40_000, (i) => `  K${i}: x`)}`, 22_771],
  ['20,000 keys', `${head}make_conf:\n${lines(20_000, (i) => `  K${i}: x`)}`, 3001],
  ['2,900 unknown keys', `${head}${lines(2_900, (i) => `k${i}: x`)}`, 6],
  ['2,900 equal packages', `${head}${lines(2_900, () => '  - app-misc/jq')}`, 7],
  ['a design of a megabyte', `${head}# ${'x'.repeat(1_000_000)}`, 6],
  [
    'an alias bomb',
    `a: &a [x, x, x, x, x, x, x, x, x]\n${lines(9, (i) => `${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${`*${'abcdefghi'[i]}, `.repeat(9)}]`)}\n${head}`,
    2,
  ],
  ['an alias of itself', `${head}use: &u [*u]`, 6],
  ['an undefined alias', `${head}use: [*nothing]`, 6],
  ['an alias before its anchor', `${head}use: [*later]\naccept_license: [&later x]`, 6],
  ['__proto__ as a key', `${head}__proto__:\n  polluted: yes`, 6],
  ['__proto__ below a key', `${head}make_conf:\n  __proto__: x`, 7],
  ['constructor as a key', `${head}package_use:\n  constructor: [x]`, 7],
  ['a tag of JavaScript', `${head}use: !!js/function 'function () {}'`, 6],
  ['a tag of binaries', `${head}use: !!binary aGVsbG8=`, 6],
  ["a tag of one's own", `${head}use: !evil [x]`, 6],
  ['YAML 1.1', `%YAML 1.1\n---\n${head}`, 1],
  ['merge keys', `base: &base\n  A: b\n${head}make_conf:\n  <<: *base`, 9],
  ['a merge key alone', `${head}<<: {use: [x]}`, 6],
  ['two documents', `${head}---\n${head}`, 6],
  ['a list as a key', `${head}? [a, b]\n: c`, 6],
  ['a key that stands twice', `${head}name: other`, 6],
  ['a nested key that stands twice', `${head}make_conf:\n  A: x\n  A: y`, 8],
  ['NUL', `${head}use: [a\0b]`, 6],
  ['an escape sequence', `${head}use: [\u001b]`, 6],
  ['a lone CR', `${head}use: [a]\rboard: x`, 6],
  ['a byte order mark in the middle', `${head}\ufeffuse: [a]`, 6],
  ['half of a character', `${head}use: [\ud800]`, 6],
  ['a number as a name', head.replace('demo', '7'), 1],
  ['an octal name', head.replace('demo', '0o17'), 1],
  ['a huge number', `${head}repositories: [{name: x, location: /x, priority: 1e999}]`, 6],
  ['a scalar of 100,000 characters', `${head}use: [${'x'.repeat(100_000)}]`, 6],
  ['a key of 1,000 characters', `${head}make_conf:\n  ${'K'.repeat(1000)}: x`, 6],
  ['a path of 16,000 slashes', head.replace('/opt/demo', '/'.repeat(16_000)), 3],
  ['a path of 16,000 dots', head.replace('/opt/demo', `/opt/${'../'.repeat(5_000)}`), 3],
  ['a name of 16,000 dashes', head.replace('demo', `${'-'.repeat(16_000)}a`), 1],
  ['an atom of 16,000 dashes', `${head}  - app-editors/${'a-1'.repeat(5_000)}`, 6],
  ["an atom of 16,000 brackets' content", `${head}  - "app-editors/nano[${'a,'.repeat(2_500)}]"`, 6],
  ['a comma for each entry', `${head}use: [${','.repeat(7_000)}]`, 6],
  ['a tab for indentation', `${head}use:\n\t- x`, 7],
  ['nothing but an anchor', '&a', 1],
  ['a scalar', 'hello', 1],
];

describe('a hostile design', () => {
  it.each(hostile)('of %s is a problem with line and column', (_, text, line) => {
    const result = parseDesign(text);
    if (result.ok) return expect.unreachable('it was taken for a design');
    expect(result.problems.length).toBeLessThanOrEqual(100);
    expect(result.problems[0]).toMatchObject({ line, column: expect.any(Number) });
    for (const { message, hint } of result.problems) expect(message.length + hint.length).toBeLessThan(2_000);
  });

  it('pollutes no prototype', () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('may begin with a byte order mark, end its lines with CR LF and repeat itself by a few aliases', () => {
    expect(parseDesign(`\ufeff${head.replaceAll('\n', '\r\n')}`).ok).toBe(true);
    const text = `${head}use: &flags [ssl, -doc]\npackage_use:\n  app-editors/nano: *flags`;
    expect(parseDesign(text)).toMatchObject({
      ok: true,
      design: { package_use: { 'app-editors/nano': ['ssl', '-doc'] } },
    });
  });
});

describe('a hostile value', () => {
  const design = { name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages: ['app-editors/nano'] };
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;

  it.each<[string, unknown, string]>([
    ['depth', { ...design, use: deep }, 'use.0.0.0.0.0.0.0'],
    ['50,000 values', { ...design, use: Array.from({ length: 50_000 }, () => 'x') }, 'use'],
    ['a prototype', JSON.parse('{"__proto__": {"a": 1}}'), ''],
    ['a map', { ...design, use: new Map([['a', 1]]) }, 'use'],
    ['a date', { ...design, name: new Date(0) }, 'name'],
    ['a long text', { ...design, use: ['x'.repeat(20_000)] }, 'use.0'],
  ])('with %s is one problem', (_, value, field) => {
    expect(validateDesign(value)).toEqual({
      ok: false,
      problems: [expect.objectContaining({ code: 'TEXT_LIMIT', field })],
    });
  });
});
