import { isNewer, type Package } from './package';
import type { Run } from './run';

/** Is a newer package of a slot left out because of what backtracking masked, while an older one is taken? */
export function missesUpdate(run: Run): boolean {
  const masked: Package[] = [];
  for (const [pkg, mask] of run.state.runtimeMask) {
    if ((mask.slotConflict?.size ?? 0) > 0 || mask.missingDependency !== null) masked.push(pkg);
  }
  for (const [pkg, pairs] of run.conflictMissedUpdates) if (pairs.size > 0) masked.push(pkg);
  return masked.some((pkg) => {
    if (pkg.isInstalled) return false;
    const chosen = run.tracker.inSlot(pkg.root, pkg.qualifiedName, pkg.slot, true);
    if (chosen.length === 0) return false;
    return !chosen.some(
      (other) => isNewer(other, pkg) || (!other.isInstalled && other.version.text === pkg.version.text),
    );
  });
}

function isSuperseded(run: Run, pkg: Package): boolean {
  return run.tracker.inSlot(pkg.root, pkg.qualifiedName, pkg.slot, true).some((other) => {
    if (isNewer(other, pkg)) return true;
    if (other.kind === 'binary' && other.version.order === pkg.version.order) return true;
    return other.isInstalled && other.cpv === pkg.cpv && other.buildTime === pkg.buildTime;
  });
}

/** Would a binary package that was turned down for its flags fit the changes of USE that are proposed now? */
export function ignoredBinaryWouldDo(run: Run): boolean {
  if (!run.allowBacktracking || run.state.useChanges.size === 0) return false;
  for (const pkg of run.ignoredBinaries.keys()) {
    if (isSuperseded(run, pkg)) continue;
    for (const [selected, change] of run.state.useChanges) {
      if (selected.root !== pkg.root || selected.slotKey !== pkg.slotKey || !run.graph.has(selected)) continue;
      const { enabled } = change;
      const isEqual = enabled.size === pkg.use.enabled.size && [...enabled].every((flag) => pkg.use.enabled.has(flag));
      if (isEqual && !isNewer(selected, pkg)) return true;
    }
  }
  return false;
}
