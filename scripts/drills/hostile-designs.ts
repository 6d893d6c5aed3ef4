import { designJsonSchema } from '../../lib/design/schema';
import { type Dictionary, fitting, nastyTexts, type Schema, spoiled } from './hostile-values';
import type { Random } from './random';

/** Words that fit the fields of a design. */
const words: Dictionary = {
  name: ['hostile', 'a-b_c.d'],
  board: ['amd64-usr', 'arm64-usr'],
  path: ['/opt/hostile', '/usr/local/hostile'],
  tree: ['starter'],
  packages: [['app-text/tree'], ['app-editors/nano', 'sys-apps/less'], ['dev-lang/python']],
  use: [['readline', '-ncurses']],
  smoke: [[['usr/bin/tree', '--version']]],
  repositories: [[], [{ name: 'mine', location: '/nowhere' }]],
  sysext: [false, { format: 'squashfs' }],
};

/** YAML that is hostile as text, whatever it means. */
const texts: readonly ((good: string) => string)[] = [
  (good) => `${good}x: ${'['.repeat(20_000)}`,
  (good) => `${good}x: ${'{a: '.repeat(10_000)}`,
  (good) => `${good}x: ${'- '.repeat(20_000)}y`,
  (good) => `${good}${'? '.repeat(5000)}y`,
  (good) => good + Array.from({ length: 40_000 }, (_, index) => `k${index}: ${index}\n`).join(''),
  (good) => good + 'name: again\n'.repeat(20_000),
  (good) => `${good}a: &a [x,x,x,x,x,x,x,x,x]\n${aliases('abcdefghij')}`,
  (good) => `${good}x: *nobody\n`,
  (good) => `${good}x: &x [*x]\n`,
  (good) => `${good}<<: {__proto__: {polluted: true}}\n`,
  (good) => `${good}__proto__: {polluted: true}\n`,
  (good) => `${good}x: !!js/function 'function () { process.exit() }'\n`,
  (good) => `${good}x: !!binary ${'QUFB'.repeat(50_000)}\n`,
  (good) => `${good}x: !!timestamp 99999-99-99\n`,
  (good) => `%YAML 9.9\n%TAG ! tag:x,2000:\n---\n${good}`,
  (good) => `${good}---\n${good}---\n${good}`,
  (good) => good.repeat(2000),
  (good) => `\ufeff${good.replaceAll('\n', '\r\n')}`,
  (good) => good.replaceAll(' ', '\t'),
  (good) => good.replaceAll('a', '\0'),
  (good) => `${good}x: "${'\\x41'.repeat(60_000)}"\n`,
  (good) => `${good}x: |\n  ${'line\n  '.repeat(60_000)}`,
  (good) => `${good}${'#'.repeat(400_000)}\n`,
  (good) => `${good}? [complex, {key: x}]\n: value\n`,
  (good) => `${good}"${'k'.repeat(100_000)}": 1\n`,
  (good) => good.slice(0, Math.floor(good.length / 2)),
  () => '',
  () => 'null',
  () => '[]',
  () => '"text"',
  () => '\xff\xfe\x00',
  () => '- '.repeat(100_000),
  () => '&a '.repeat(50_000),
  () => '!!! '.repeat(50_000),
  () => `${' '.repeat(400_000)}x`,
  () => `'${"''".repeat(100_000)}`,
];

/** Each alias is nine of the one before it. */
function aliases(letters: string): string {
  return [...letters.slice(1)]
    .map((letter, index) => `${letter}: &${letter} [${`*${letters[index]},`.repeat(9)}]\n`)
    .join('');
}

/** A design that a stranger could send: mostly right, spoiled in one to three places or hostile as text. */
export function hostileDesign(random: Random): string {
  let value = fitting(designJsonSchema() as Schema, random, words);
  const asText = random.isLucky(0.3);
  if (!asText) {
    for (let count = random.integer(1, 3); count > 0; count -= 1) value = spoiled(value, random);
  }
  const json = JSON.stringify(value) ?? 'null';
  if (asText) return random.pick(texts)(blockStyle(value as Record<string, unknown>));
  if (random.isLucky(0.15)) {
    const at = random.integer(0, json.length);
    return json.slice(0, at) + random.pick(nastyTexts) + json.slice(at + random.integer(0, 5));
  }
  return json;
}

const blockStyle = (value: Record<string, unknown>): string =>
  Object.entries(value)
    .map(([name, inner]) => `${name}: ${JSON.stringify(inner)}\n`)
    .join('');
