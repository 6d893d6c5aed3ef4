import type { Run } from './run';

/** Conflicts do no harm when nothing is installed; while other attempts are possible they are solved anyway. */
export function isAcceptingConflicts(run: Run): boolean {
  return !run.allowBacktracking && (run.frozen.options.buildPackagesOnly || run.frozen.options.noDeps);
}

/** Is anything in the graph there only because a change of the configuration is proposed? */
export function hasProposals(run: Run): boolean {
  const { unstableKeywords, unmasked, useChanges, licenses } = run.state;
  for (const pkg of [...unstableKeywords, ...unmasked, ...useChanges.keys(), ...licenses.keys()]) {
    if (run.graph.has(pkg)) return true;
  }
  return false;
}
