import { type Atom, atomsOf } from '../pms';
import { similarAvailable } from './available';
import { configFeedback } from './backtrack-state';
import { allClasses, dependencyNode } from './dependencies';
import type { Dependency } from './dependency';
import { ignoringUse } from './matching';
import { isNewer, Package } from './package';
import type { Run } from './run';
import { slotAtom, versionAtom } from './slot-atom';

/** The slot that would take the place of an installed package when it is merged again; null when nothing could. */
export function replacementSlot(run: Run, installed: Package): Atom | null {
  const built: Package[] = [];
  for (const atom of [versionAtom(installed), slotAtom(installed)]) {
    for (const pkg of similarAvailable(run, installed, atom)) {
      if (!pkg.isBuilt) return slotAtom(pkg);
      built.push(pkg);
    }
  }
  let best: Package | null = null;
  for (const pkg of built) if (best === null || isNewer(pkg, best)) best = pkg;
  return best === null ? null : slotAtom(best);
}

/** Every atom of the package, whatever its flags. */
function* allAtoms(run: Run, pkg: Package): Generator<Atom> {
  const seen = new Set<string>();
  for (const dependencyClass of allClasses) {
    for (const { atom } of atomsOf(dependencyNode(run.frozen, pkg, dependencyClass))) {
      if (seen.has(atom.text)) continue;
      seen.add(atom.text);
      yield atom;
    }
  }
}

/** The sub-slot the parent was built against cannot be had: would building it again help? */
export function canRebuildForSlot(run: Run, dep: Dependency): boolean {
  const { parent } = dep;
  if (!(parent instanceof Package)) return false;
  if (parent.isInstalled && run.frozen.excluded.has(parent)) return false;
  for (const replacement of similarAvailable(run, parent, slotAtom(parent))) {
    for (const atom of allAtoms(run, replacement)) {
      if (atom.slotOperator !== '=' || atom.blocker !== null || atom.qualifiedName !== dep.atom.qualifiedName) continue;
      if (run.selectPackage(run, dep.root, ignoringUse(atom), dep.onlyDeps, null).pkg !== null) return true;
    }
  }
  return false;
}

/** Masks a built package, or asks for an installed one to be merged again, in the next attempt. */
export function replaceBuilt(run: Run, pkg: Package, slot: Atom | null = null): void {
  const config = configFeedback(run.feedback);
  if (!pkg.isInstalled) {
    config.maskBuilt.add(pkg);
  } else {
    const replacement = slot ?? replacementSlot(run, pkg);
    if (replacement !== null) config.replaceInstalled.add(pkg.root, replacement);
  }
  run.needRestart = true;
}

export function rebuildForSlot(run: Run, dep: Dependency): void {
  if (dep.parent instanceof Package) replaceBuilt(run, dep.parent);
}
