import { type Atom, tryParseAtom } from '../pms';

const operators = /^([!~<>=]*)/;

/** A request without category, under a category. */
export const underCategory = (text: string, category: string): string => text.replace(operators, `$1${category}/`);

/** The request under a category that no package has, so that its parts can be read; null: it is no atom. */
export const probeOf = (text: string): Atom | null =>
  tryParseAtom(underCategory(text, 'null'), { allowRepository: true });

/** Of packages with the same name those that it means: users, groups and virtuals give way to one that is none (`cpv_expand`). */
export function meantNames(known: readonly string[]): readonly string[] {
  const plain = known.filter((name) => !/^(?:virtual|acct-user|acct-group)\//.test(name));
  return known.length > 1 && plain.length === 1 ? plain : known;
}

/** The request with the name of another package; operator, version and slot are kept. null: it is no atom. */
export function renamed(request: string, name: string): string | null {
  const own = tryParseAtom(request, { allowRepository: true })?.qualifiedName;
  return own === undefined ? null : request.replace(own, name);
}

export const categoryOf = (qualifiedName: string): string => qualifiedName.slice(0, qualifiedName.indexOf('/'));
