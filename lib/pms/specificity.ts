import type { Atom } from './atom';
import { type MatchTarget, matchesAtom } from './match';
import { compareVersions, type Version } from './version';

const rankOfOperator: Readonly<Record<string, number>> = {
  '=': 6,
  '~': 5,
  '=*': 4,
  '>': 2,
  '<': 2,
  '>=': 2,
  '<=': 2,
};

/**
 * How closely an atom names a package; higher is closer. `=` over `~` over `=*` over a slot over a range over the bare
 * name over wildcards (with version, with slot, without).
 */
export function specificity(atom: Atom): number {
  if (atom.wildcard) return atom.operator === '=*' ? 0 : atom.slot !== null ? -1 : -2;
  const byOperator = atom.operator === null ? 1 : (rankOfOperator[atom.operator] ?? 1);
  return atom.slot === null ? byOperator : Math.max(3, byOperator);
}

/** Of two ranges on the same side of the package's version, is the second the closer one? */
function isCloser(best: Version, other: Version, version: Version): boolean {
  if (best.text === version.text || best.text === other.text) return false;
  if (other.text === version.text) return true;
  const sorted = [best, version, other].sort(compareVersions);
  return sorted[1] === other && (sorted[0] === version || sorted[2] === version);
}

/** The atom that names the package most closely among those that take it; of equally close ones the first. */
export function bestMatch(target: MatchTarget, atoms: readonly Atom[]): Atom | null {
  let best: Atom | null = null;
  let rank = Number.NEGATIVE_INFINITY;
  for (const atom of atoms) {
    if (!matchesAtom(atom, target)) continue;
    const own = specificity(atom);
    if (own > rank) {
      best = atom;
      rank = own;
    } else if (own === rank && own === 2 && best?.version && atom.version) {
      if (isCloser(best.version, atom.version, target.version)) best = atom;
    }
  }
  return best;
}

/**
 * Do both atoms surely take a common version: same package, operator, version and USE deps, and slots that do not
 * exclude each other? False says nothing: ranges may still overlap.
 */
export function surelyIntersect(a: Atom, b: Atom): boolean {
  if (a.text === b.text) return true;
  const useOf = (atom: Atom): string => JSON.stringify(atom.useDeps);
  return (
    a.qualifiedName === b.qualifiedName &&
    a.operator === b.operator &&
    a.version?.text === b.version?.text &&
    useOf(a) === useOf(b) &&
    (a.slot === null || b.slot === null || a.slot === b.slot)
  );
}
