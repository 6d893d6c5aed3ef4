import type { Atom } from '../pms';
import { existingInSlotFits } from './existing';
import { isBuiltSlotOperator, matches } from './matching';
import { comparePackages, type Package, type Root } from './package';
import type { ChosenAtom, Run } from './run';

export interface ChildChoice {
  readonly chosen: ChosenAtom;
  readonly child: Package | null;
}

/** Leaves out packages that others make needless: of ranges that overlap one package is enough. */
function eliminate(run: Run, packages: readonly Package[], atoms: readonly ChosenAtom[]): Map<ChosenAtom, Package[]> {
  const fits = new Map(
    atoms.map((chosen) => [chosen, packages.filter((pkg) => matches(chosen.atom, pkg, run.useOf(pkg)))]),
  );
  const sorted = [
    ...packages.filter((pkg) => pkg.isInstalled).sort(comparePackages),
    ...packages.filter((pkg) => !pkg.isInstalled).sort(comparePackages),
  ];
  for (const pkg of sorted) {
    const users = [...fits.values()].filter((list) => list.includes(pkg));
    if (users.some((list) => list.length < 2)) continue;
    for (const list of users) list.splice(list.indexOf(pkg), 1);
  }
  return fits;
}

/** Atoms that may cause conflicts stand in front. */
function byUrgency(run: Run, fits: ReadonlyMap<ChosenAtom, Package[]>): ChosenAtom[] {
  const bound: ChosenAtom[] = [];
  const conflicting: ChosenAtom[] = [];
  const normal: ChosenAtom[] = [];
  const isConflict = (pkg: Package, atom: Atom): boolean => !existingInSlotFits(run, pkg, atom);
  for (const [chosen, list] of fits) {
    if (isBuiltSlotOperator(chosen.atom)) bound.push(chosen);
    else if (list.some((pkg) => isConflict(pkg, chosen.atom))) conflicting.push(chosen);
    else normal.push(chosen);
  }
  return [...bound, ...conflicting, ...normal];
}

/** A package for each atom, as few packages as possible. */
export function* smallestSelection(
  run: Run,
  parent: Package,
  root: Root,
  atoms: readonly ChosenAtom[],
): Generator<ChildChoice> {
  const found = new Map<string, { readonly chosen: ChosenAtom; readonly pkg: Package }>();
  for (const chosen of atoms) {
    const pkg = chosen.atom.blocker === null ? run.selectPackage(run, root, chosen.atom, false, parent).pkg : null;
    if (pkg === null) yield { chosen, child: null };
    else {
      const before = found.get(chosen.atom.text);
      found.set(chosen.atom.text, { chosen: before?.chosen ?? chosen, pkg });
    }
  }
  if (found.size < 2) {
    for (const { chosen, pkg } of found.values()) yield { chosen, child: pkg };
    return;
  }
  const byName = new Map<string, Set<Package>>();
  const atomsOf = new Map<Package, ChosenAtom[]>();
  for (const { chosen, pkg } of found.values()) {
    const list = atomsOf.get(pkg);
    if (list) list.push(chosen);
    else atomsOf.set(pkg, [chosen]);
    const named = byName.get(pkg.qualifiedName);
    if (named) named.add(pkg);
    else byName.set(pkg.qualifiedName, new Set([pkg]));
  }
  for (const packages of byName.values()) {
    const all = [...packages];
    const wanted = all.flatMap((pkg) => atomsOf.get(pkg) ?? []);
    if (all.length < 2) {
      for (const chosen of wanted) yield { chosen, child: all[0] ?? null };
      continue;
    }
    const fits = eliminate(run, all, wanted);
    for (const chosen of byUrgency(run, fits)) {
      const list = [...(fits.get(chosen) ?? [])].sort(comparePackages);
      yield { chosen, child: list[list.length - 1] ?? null };
    }
  }
}
