import { type Atom, changeAtom, matchesSlot, matchesUse, matchesVersion } from '../pms';
import type { Package } from './package';
import { isSoname } from './soname';

/** Everything about a package that an atom can ask, its USE deps aside. */
export function matchesIgnoringUse(atom: Atom, pkg: Package): boolean {
  if (atom.qualifiedName !== pkg.qualifiedName) return isSoname(atom) && pkg.provides.has(atom.qualifiedName);
  if (!matchesVersion(atom, pkg.version) || !matchesSlot(atom, pkg.slot, pkg.subSlot)) return false;
  if (atom.repository !== null && atom.repository !== pkg.repository) return false;
  return atom.buildId === null || atom.buildId === pkg.candidate.buildId;
}

/** Does the atom, blocker mark aside, take the package with these flags enabled (left out: its own)? */
export function matches(atom: Atom, pkg: Package, use?: ReadonlySet<string>): boolean {
  if (!matchesIgnoringUse(atom, pkg)) return false;
  if (atom.useDeps.length === 0 && atom.unevaluated === null) return true;
  return matchesUse(atom, { use: use ?? pkg.use.enabled, iuse: { has: (flag) => pkg.isValidFlag(flag) } });
}

const withoutUse = new WeakMap<Atom, Atom>();

/** The atom without its USE deps. */
export function ignoringUse(atom: Atom): Atom {
  if (atom.useDeps.length === 0 && atom.unevaluated === null) return atom;
  let bare = withoutUse.get(atom);
  if (bare === undefined) {
    bare = changeAtom(atom, { useDeps: [], unevaluated: null });
    withoutUse.set(atom, bare);
  }
  return bare;
}

const withoutSlot = new WeakMap<Atom, Atom>();

export function ignoringSlot(atom: Atom): Atom {
  let bare = withoutSlot.get(atom);
  if (bare === undefined) {
    bare = changeAtom(atom, { slot: null, subSlot: null, slotOperator: null });
    withoutSlot.set(atom, bare);
  }
  return bare;
}

/** Does a built package name what exactly it was built against: a slot, or a library? */
export const isBound = (atom: Atom): boolean => isBuiltSlotOperator(atom) || isSoname(atom);

/** `:0/1.3=` in a built package: the slot it was built against. */
export const isBuiltSlotOperator = (atom: Atom): boolean => atom.slotOperator === '=' && atom.subSlot !== null;

/** As written, before the conditional USE deps were evaluated. */
export const asWritten = (atom: Atom): Atom => atom.unevaluated ?? atom;
