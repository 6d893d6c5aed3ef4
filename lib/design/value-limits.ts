import type { DesignProblem } from './errors';
import { visible } from './fields';

const deepest = 8;
const mostValues = 12_000;
const longestText = 16_384;
const longestKey = 256;

/** What forbids a value (form state, JSON, parsed YAML) to be looked at field by field: its depth, its number of values, a huge text. */
export function checkValue(value: unknown): DesignProblem | null {
  const open: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }];
  let values = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: inner, path } = next;
    if (++values > mostValues) return limit([], `The design has more than ${mostValues} values.`);
    if (typeof inner === 'string' && inner.length > longestText) {
      return limit(path, `A text of ${inner.length} characters is too long for a design.`);
    }
    if (typeof inner !== 'object' || inner === null) continue;
    if (path.length === deepest) return limit(path, `The design is nested deeper than ${deepest} levels.`);
    if (!Array.isArray(inner) && !isPlain(inner))
      return limit(path, 'A design holds texts, numbers, lists and keys only.');
    const entries = Object.entries(inner);
    if (values + open.length + entries.length > mostValues) {
      return limit(path, `The design has more than ${mostValues} values.`);
    }
    const long = entries.find(([key]) => key.length > longestKey);
    if (long) return limit(path, `A key of ${long[0].length} characters is too long for a design.`);
    for (const [key, child] of entries) open.push({ value: child, path: [...path, key] });
  }
  return null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !Object.hasOwn(value, '__proto__');
}

const limit = (path: readonly string[], message: string): DesignProblem => ({
  field: path.map((step) => visible(step).slice(0, 100)).join('.'),
  code: 'TEXT_LIMIT',
  message,
  hint: 'A design is a short list of packages and choices; start from a starter.',
});
