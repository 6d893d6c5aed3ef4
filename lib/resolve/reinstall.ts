import type { Package } from './package';
import type { Run } from './run';

/**
 * Flags for which a built package differs from what would be built today, or null. `today` is the ebuild of the same
 * version; without it the built package's own flags are configured anew.
 */
export function flagsForReinstall(
  run: Run,
  built: Package,
  today: Package | null,
  changing: Package = built,
): ReadonlySet<string> | null {
  const { options, parameters } = run.frozen;
  const oldIuse = new Set(built.candidate.iuse.keys());
  const oldUse = built.use.enabled;
  const configuration = built.root.configuration;
  const now = today === null ? configuration.configuredUse(built.candidate) : null;
  const use = today === null ? (now?.enabled ?? new Set<string>()) : run.useOf(today);
  const fixed = today === null ? now : today.use;
  const ownIuse = today !== null && options.usePackages !== 'only';
  const newIuse = ownIuse || changing !== built ? new Set((today ?? built).candidate.iuse.keys()) : oldIuse;
  const respectsBinary = changing.isBuilt && parameters.binaryRespectUse;
  const compareAll = options.newUse || (respectsBinary && !options.changedUse);
  if (!compareAll && !options.changedUse && !respectsBinary) return null;
  const flags = new Set<string>();
  if (compareAll) {
    for (const flag of [...oldIuse, ...newIuse]) {
      if (oldIuse.has(flag) !== newIuse.has(flag) && !fixed?.forced.has(flag) && !fixed?.masked.has(flag))
        flags.add(flag);
    }
  }
  for (const flag of [...oldIuse, ...newIuse]) {
    const before = oldIuse.has(flag) && oldUse.has(flag);
    const after = newIuse.has(flag) && use.has(flag);
    if (before !== after) flags.add(flag);
  }
  return flags.size > 0 ? flags : null;
}
