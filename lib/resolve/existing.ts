import type { Atom } from '../pms';
import { matches } from './matching';
import type { Package } from './package';
import type { Run } from './run';

export interface Existing {
  readonly node: Package | null;
  readonly fits: boolean;
}

/** The package of the graph in the slot of this one, and whether it can stand for it. */
export function existingInSlot(run: Run, pkg: Package, atom: Atom | null): Existing {
  const node = run.tracker.existing(pkg);
  if (node === null) return { node: null, fits: false };
  if (node === pkg || atom === null) return { node, fits: node.cpv === pkg.cpv };
  return { node, fits: matches(atom, node, run.useOf(node)) };
}

/** False when the slot is taken by a package that the atom does not take. */
export function existingInSlotFits(run: Run, pkg: Package, atom: Atom): boolean {
  const { node, fits } = existingInSlot(run, pkg, atom);
  return node === null || fits;
}
