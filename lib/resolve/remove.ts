import { Package } from './package';
import type { Run } from './run';

/** Takes a package, and what only it needed, out of everything. */
export function forgetPackage(run: Run, pkg: Package, withOrphans = true): void {
  const children = run.graph.children(pkg).filter((node) => node !== pkg);
  run.graph.remove(pkg);
  run.tracker.remove(pkg);
  run.parentAtoms.delete(pkg);
  for (const child of children) if (child instanceof Package) run.parentAtoms.get(child)?.removeParent(pkg);
  const key = `${pkg.root.label}|${pkg.slotKey}`;
  const slotDependencies = run.slotOperatorDependencies.get(key)?.filter((dep) => dep.child !== pkg);
  if (slotDependencies !== undefined) {
    if (slotDependencies.length > 0) run.slotOperatorDependencies.set(key, slotDependencies);
    else run.slotOperatorDependencies.delete(key);
  }
  run.blockerParents.remove(pkg);
  run.irrelevantBlockers.remove(pkg);
  run.unsolvableBlockers.remove(pkg);
  run.blockedPackages?.remove(pkg);
  if (withOrphans) {
    for (const child of children) {
      if (child instanceof Package && run.graph.has(child) && run.graph.parents(child).length === 0) {
        forgetPackage(run, child);
      }
    }
  }
  run.clearSelectionCaches();
}
