import type { Random } from './random';

/** The part of JSON Schema that the contract and the design are written in. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

/** Words that are right somewhere: by the name of the field for which they are meant. */
export type Dictionary = Readonly<Record<string, readonly unknown[]>>;

/** A value that fits a schema, made of the dictionary's words where it has some for a field. */
export function fitting(schema: Schema, random: Random, words: Dictionary, field = ''): unknown {
  const known = words[field];
  if (known && random.isLucky(0.8)) return random.pick(known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fitting(random.pick(choices), random, words, field);
  const type = typeof schema.type === 'object' ? random.pick(schema.type) : schema.type;
  switch (type) {
    case 'object':
      return fittingObject(schema, random, words);
    case 'array':
      return Array.from({ length: random.integer(0, 3) }, () => fitting(schema.items ?? {}, random, words, field));
    case 'integer':
    case 'number':
      return random.integer(0, 100);
    case 'boolean':
      return random.isLucky(0.5);
    case 'null':
      return null;
    default:
      return random.pick(['x', 'app-text/tree', '/', '1', 'final', '']);
  }
}

function fittingObject(schema: Schema, random: Random, words: Dictionary): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (schema.required?.includes(name) || random.isLucky(0.5)) value[name] = fitting(inner, random, words, name);
  }
  if (typeof schema.additionalProperties === 'object' && random.isLucky(0.5)) {
    value['app-text/tree'] = fitting(schema.additionalProperties, random, words);
  }
  return value;
}

/** Strings that break what was not made for strangers. */
export const nastyTexts: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202egpj.exe',
  '\u2066x\u2069',
  '\ufeff',
  '\x1b[2J\x1b]0;owned\x07',
  '\r\nx-injected: yes',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '../../../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '/etc/shadow',
  '/proc/self/environ',
  '/dev/zero',
  'file:///etc/passwd',
  'http://127.0.0.1:1/',
  "' OR 1=1 --",
  '"; DROP TABLE runs; --',
  '<script>alert(1)</script>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that somebody could expand
  '${7*7}',
  '{{7*7}}',
  '$(reboot)',
  '`reboot`',
  '--upload-pack=reboot',
  '-rf',
  '%s%n%x',
  '%F0',
  '%',
  '%00',
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '0x10',
  '99999999999999999999999999',
  '٣',
  'ﬀ',
  'i̇',
  '\u{1f469}\u200d\u{1f469}',
  'a'.repeat(300),
  'a'.repeat(70_000),
  '('.repeat(20_000),
  '[['.repeat(20_000),
  '(a+)+$',
  `${'a'.repeat(50_000)}!`,
  '*'.repeat(1000),
  '>='.repeat(5000),
  'a/b '.repeat(20_000),
];

const nastyValues: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => 2 ** 53,
  () => 2 ** 31,
  () => [],
  () => ({}),
  () => [[[[[[[[]]]]]]]],
  () => nested(500),
  () => Array.from({ length: 20_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index])),
  () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { deep: value };
  return value;
}

export function nastyValue(random: Random): unknown {
  return random.isLucky(0.5) ? random.pick(nastyTexts) : random.pick(nastyValues)();
}

/** The value with one place in it spoiled: replaced, removed, repeated, renamed or joined by something unknown. */
export function spoiled(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.isLucky(0.15)) return spoiledLeaf(value, random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.isLucky(0.3)) return [...value, nastyValue(random)];
    const at = random.integer(0, value.length - 1);
    return value.map((item: unknown, index) => (index === at ? spoiled(item, random) : item));
  }
  return spoiledObject(value as Record<string, unknown>, random);
}

function spoiledLeaf(value: unknown, random: Random): unknown {
  if (typeof value !== 'string' || random.isLucky(0.5)) return nastyValue(random);
  const at = random.integer(0, value.length);
  return value.slice(0, at) + random.pick(nastyTexts) + value.slice(at + random.integer(0, 3));
}

function spoiledObject(value: Record<string, unknown>, random: Random): unknown {
  const names = Object.keys(value);
  if (names.length === 0 || random.isLucky(0.2)) return withKey(value, random.pick(nastyTexts), nastyValue(random));
  const name = random.pick(names);
  const { [name]: inner, ...others } = value;
  switch (random.integer(0, 3)) {
    case 0:
      return others;
    case 1:
      return withKey(others, random.pick(nastyTexts), inner);
    default:
      return withKey(others, name, spoiled(inner, random));
  }
}

/** Also for `__proto__`, which assignment would swallow. */
function withKey(value: Record<string, unknown>, name: string, inner: unknown): Record<string, unknown> {
  const copy = { ...value };
  Object.defineProperty(copy, name, { value: inner, enumerable: true, configurable: true, writable: true });
  return copy;
}
