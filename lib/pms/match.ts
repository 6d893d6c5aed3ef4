import type { Atom } from './atom';
import { fitsPattern, parseTextPattern, type TextPattern } from './text-pattern';
import { compareVersions, type Version } from './version';

export interface UseOfCandidate {
  /** enabled flags; null: not known, USE deps are not judged */
  readonly use: { has(flag: string): boolean } | null;
  /** flags USE deps may name (IUSE_REFERENCEABLE) */
  readonly iuse: { has(flag: string): boolean };
}

/** What an atom is held against. A member that is null or left out is not known and is not judged. */
export interface MatchTarget extends Partial<UseOfCandidate> {
  readonly qualifiedName: string;
  readonly version: Version;
  readonly slot?: string | null;
  readonly subSlot?: string | null;
  readonly repository?: string | null;
  readonly buildId?: number | null;
}

/** A version with the zeros in front of its first number taken away, as `=*` compares it. */
function globText(text: string): string {
  const stripped = text.replace(/^0+/, '');
  return /^[0-9]/.test(stripped) ? stripped : `0${stripped}`;
}

const isDigit = (text: string | undefined): boolean => text !== undefined && text >= '0' && text <= '9';

/** `1.1*` takes 1.1, 1.1.2, 1.1a, 1.1_p2 and 1.1-r3 but not 1.10: only whole components count. Source: PMS 8.3.1. */
function matchesGlob(pattern: Version, version: Version): boolean {
  const want = globText(pattern.text);
  const have = globText(version.text);
  if (!have.startsWith(want)) return false;
  const next = have[want.length];
  return next === undefined || '._-'.includes(next) || isDigit(next) !== isDigit(want[want.length - 1]);
}

/** Is the version one the atom's operator takes? An atom without version takes all. Source: PMS 8.3.1. */
export function matchesVersion(atom: Atom, version: Version): boolean {
  if (atom.versionContains !== null) return version.text.includes(atom.versionContains);
  const wanted = atom.version;
  if (wanted === null || atom.operator === null) return true;
  switch (atom.operator) {
    case '=':
      return wanted.order === version.order;
    case '=*':
      return matchesGlob(wanted, version);
    case '~':
      return wanted.baseOrder === version.baseOrder;
    case '<':
      return compareVersions(version, wanted) < 0;
    case '<=':
      return compareVersions(version, wanted) <= 0;
    case '>':
      return compareVersions(version, wanted) > 0;
    case '>=':
      return compareVersions(version, wanted) >= 0;
  }
}

const wildcards = new Map<string, TextPattern>();

/** Does the category/name of an atom, in which `*` stands for anything but `/`, take this qualified name? */
export function matchesName(atom: Pick<Atom, 'qualifiedName' | 'wildcard'>, qualifiedName: string): boolean {
  if (!atom.wildcard) return atom.qualifiedName === qualifiedName;
  let pattern = wildcards.get(atom.qualifiedName);
  if (pattern === undefined) {
    pattern = parseTextPattern(atom.qualifiedName, { stop: '/' });
    wildcards.set(atom.qualifiedName, pattern);
  }
  return fitsPattern(pattern, qualifiedName);
}

/** A slot the atom takes: equal slot and, when it names one, equal sub-slot. Source: PMS 8.3.3. */
export function matchesSlot(atom: Atom, slot: string, subSlot: string): boolean {
  return atom.slot === null || (atom.slot === slot && (atom.subSlot === null || atom.subSlot === subSlot));
}

/**
 * Are the unconditional USE deps met? A flag the candidate does not have counts as its default says; without default
 * nothing matches, even when evaluation has left no demand for the flag. Source: PMS 8.3.4.
 */
export function matchesUse(atom: Atom, { use, iuse }: UseOfCandidate): boolean {
  if (use === null) return true;
  const written = (atom.unevaluated ?? atom).useDeps;
  for (const { flag, default: fallback } of written) if (fallback === null && !iuse.has(flag)) return false;
  for (const { flag, kind, default: fallback } of atom.useDeps) {
    if (kind !== 'enabled' && kind !== 'disabled') continue;
    const enabled = iuse.has(flag) ? use.has(flag) : fallback === '+';
    if (enabled !== (kind === 'enabled')) return false;
  }
  return true;
}

/** Does the atom, blocker marks aside, take the candidate? Source: PMS 8.3. */
export function matchesAtom(atom: Atom, target: MatchTarget): boolean {
  if (!matchesName(atom, target.qualifiedName) || !matchesVersion(atom, target.version)) return false;
  if (atom.slot !== null && target.slot != null && !matchesSlot(atom, target.slot, target.subSlot ?? target.slot)) {
    return false;
  }
  if (atom.buildId !== null && target.buildId != null && atom.buildId !== target.buildId) return false;
  if (atom.repository !== null && target.repository != null && atom.repository !== target.repository) return false;
  if ((atom.useDeps.length > 0 || atom.unevaluated !== null) && target.use != null && target.iuse !== undefined) {
    return matchesUse(atom, { use: target.use, iuse: target.iuse });
  }
  return true;
}
