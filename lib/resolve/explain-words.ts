import { type Atom, tryParseAtom } from '../pms/atom';
import type { DependencyClass } from '../pms/dependency-class';
import type { UseDep } from '../pms/use-dep';
import type { PlanRoot } from './plan';

/** `a, b and c` */
export function listWords(items: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** Text that a user could copy, marked as such. */
export const code = (text: string): string => `\`${text}\``;

/** At most `limit` items, the rest as a number. */
export function listSome(items: readonly string[], limit: number, last: 'and' | 'or' = 'and'): string {
  if (items.length <= limit) return listWords(items, last);
  return `${items.slice(0, limit).join(', ')} and ${items.length - limit} more`;
}

/** What a package of this class is needed for: the plain words first, the term in brackets. */
export const purposeOf: Readonly<Record<DependencyClass, string>> = {
  RDEPEND: 'to run (RDEPEND)',
  DEPEND: 'to be compiled, for headers and libraries (DEPEND)',
  BDEPEND: 'as a tool while it is built (BDEPEND)',
  PDEPEND: 'soon after it is installed (PDEPEND)',
  IDEPEND: 'as a tool while it is installed (IDEPEND)',
};

/** Where something is: the plain words first, the term in brackets. */
export const placeOf: Readonly<Record<PlanRoot, string>> = {
  host: 'on the build machine (host)',
  staging: 'where things are built (staging)',
  final: 'in what ships (final)',
};

function versionWords({ operator, version, versionContains, buildId }: Atom): string | null {
  if (versionContains !== null) return `any version with ${code(versionContains)} in it`;
  if (version === null || operator === null) return null;
  const text = version.text;
  switch (operator) {
    case '=':
      return `exactly version ${text}${buildId === null ? '' : `, build ${buildId}`}`;
    case '=*':
      return `a version ${text} or one that begins so`;
    case '~':
      return `version ${version.base} in any revision`;
    case '<':
      return `a version older than ${text}`;
    case '<=':
      return `version ${text} or older`;
    case '>':
      return `a version newer than ${text}`;
    case '>=':
      return `version ${text} or newer`;
  }
}

function slotWords({ slot, subSlot }: Atom): string | null {
  if (slot === null) return null;
  return `slot ${slot}${subSlot === null ? '' : `, sub-slot ${subSlot}`}`;
}

function useDepWords({ flag, kind }: UseDep): string {
  switch (kind) {
    case 'enabled':
      return `${code(flag)} on`;
    case 'disabled':
      return `${code(flag)} off`;
    case 'equal':
      return `${code(flag)} the same as here`;
    case 'inverse-equal':
      return `${code(flag)} the opposite of here`;
    case 'if-enabled':
      return `${code(flag)} on if it is on here`;
    case 'if-disabled':
      return `${code(flag)} off if it is off here`;
  }
}

/** An atom in plain words: ``sys-libs/zlib, version 1.3 or newer, with `minizip` on``. Blocker marks are left out. */
export function describeAtom(text: string): string {
  const atom = tryParseAtom(text, { allowWildcard: true });
  if (atom === null) return code(text);
  const use = atom.useDeps.length > 0 ? `with ${listWords(atom.useDeps.map(useDepWords))}` : null;
  const repository = atom.repository === null ? null : `from repository ${code(atom.repository)}`;
  return [code(atom.qualifiedName), versionWords(atom), slotWords(atom), use, repository]
    .filter((part) => part !== null)
    .join(', ');
}

/** The same without what it says of USE flags and repository. */
export function describeVersion(text: string): string {
  const atom = tryParseAtom(text, { allowWildcard: true });
  if (atom === null) return code(text);
  return [code(atom.qualifiedName), versionWords(atom), slotWords(atom)].filter((part) => part !== null).join(', ');
}

const readableUseDeps = 2;

/** An atom as written, with `…` for a long list of USE deps. */
export function shortAtom(text: string): string {
  const atom = tryParseAtom(text, { allowWildcard: true });
  if (atom === null || atom.useDeps.length <= readableUseDeps) return text;
  return `${text.slice(0, text.indexOf('['))}[…]`;
}

/** Name of the package an atom means. */
export function nameOfAtom(text: string): string {
  return tryParseAtom(text, { allowWildcard: true })?.qualifiedName ?? text;
}

/** ``because `ssl` is on and `static` is off``; empty without conditions. */
export function describeConditions(conditions: readonly string[]): string {
  if (conditions.length === 0) return '';
  const words = conditions.map((condition) => {
    const negated = condition.startsWith('!');
    const flag = condition.replace(/^!/, '').replace(/\?$/, '');
    return `${code(flag)} is ${negated ? 'off' : 'on'}`;
  });
  return `because ${listWords(words)}`;
}
