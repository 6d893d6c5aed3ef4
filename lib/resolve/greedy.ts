import { type Atom, parseAtom } from '../pms';
import { allClasses, evaluated } from './dependencies';
import { matches } from './matching';
import { comparePackages, isOlder, type Package, type Root } from './package';
import type { Run } from './run';
import { slotAtom } from './slot-atom';

/** What the package forbids. */
function blockersOf(run: Run, root: Root, pkg: Package): Atom[] {
  const dependency = allClasses.flatMap((each) => evaluated(run.frozen, pkg, each, run.useOf(pkg)));
  const { own, virtuals } = run.selectAtoms(run, { root, dependency, parent: pkg, priority: null });
  return [...own, ...virtuals.flatMap((step) => step.atoms)]
    .map(({ atom }) => atom)
    .filter((atom) => atom.blocker !== null);
}

/**
 * Slots that are installed beside the one the atom leads to; each can be updated on its own. `looksAhead`: without
 * those that the newer package, or another one, forbids.
 */
export function greedySlots(run: Run, root: Root, atom: Atom, looksAhead: boolean): Atom[] {
  const highest = run.selectPackage(run, root, atom, false, null).pkg;
  if (highest === null) return [];
  const slots = new Set(run.frozen.installedMatching(root, atom).map((pkg) => pkg.slot));
  slots.delete(highest.slot);
  let found: Package[] = [];
  for (const slot of slots) {
    const { pkg } = run.selectPackage(run, root, parseAtom(`${highest.qualifiedName}:${slot}`), false, null);
    if (pkg !== null && isOlder(pkg, highest)) found.push(pkg);
  }
  if (!looksAhead || found.length === 0) return found.map(slotAtom);
  const blockers = new Map([...found, highest].map((pkg) => [pkg, blockersOf(run, root, pkg)]));
  const forbids = (a: Package, b: Package): boolean =>
    (blockers.get(a) ?? []).some((blocker) => matches(blocker, b, run.useOf(b)));
  found = found.filter((pkg) => !forbids(highest, pkg) && !forbids(pkg, highest)).sort((a, b) => comparePackages(b, a));
  const gone = new Set<Package>();
  for (const [index, pkg] of found.entries()) {
    if (gone.has(pkg)) continue;
    for (const other of found.slice(index + 1)) if (forbids(pkg, other) || forbids(other, pkg)) gone.add(other);
  }
  return found.filter((pkg) => !gone.has(pkg)).map(slotAtom);
}
