import type { core } from 'zod';
import { visible } from './fields';

const types: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: '`true` or `false`',
  int: 'a whole number',
  number: 'a number',
  object: 'a group of keys',
  record: 'a group of keys',
  string: 'text',
};

/** What a design has at a place: `the number \`5\``, `an empty list`. */
export function foundWords(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a group of keys';
  const text = `\`${visible(String(value)).slice(0, 60)}\``;
  if (typeof value === 'number') return `the number ${text}`;
  return typeof value === 'string' ? `the text ${text}` : text;
}

const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** What a design should have there, for a sentence that goes on behind "not"; null: there are no words for it. */
export function wantedWords(issue: core.$ZodIssue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? null;
    case 'invalid_value':
      return oneOf(issue.values.map((value) => `\`${String(value)}\``));
    case 'too_small':
      return issue.origin === 'array' ? 'a list with at least one entry' : null;
    case 'too_big':
      return 'a smaller number';
    default:
      return null;
  }
}

/** The issues that tell what is wrong: of a value that may have several shapes, those of the shape that it is nearest to. */
export function nearestIssues(issue: core.$ZodIssue): readonly core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const ways = issue.errors.map((way) => way.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  // a shape that fails at its root is another one altogether
  const inside = ways.filter((way) => way.every(({ path }) => path.length > issue.path.length || isForeignKey(way)));
  const [nearest] = (inside.length > 0 ? inside : ways.slice(-1)).sort((a, b) => a.length - b.length);
  return (nearest ?? []).flatMap(nearestIssues);
}

const isForeignKey = (way: readonly core.$ZodIssue[]): boolean => way.some(({ code }) => code === 'unrecognized_keys');
