import { attempt } from './attempt';
import { type BacktrackState, emptyState } from './backtrack-state';
import { Backtracker } from './backtracker';
import { Frozen } from './frozen';
import { deriveParameters, type ResolveOptions } from './options';
import type { Root } from './package';
import { hasProposals, isAcceptingConflicts } from './policy';
import type { RootConfiguration } from './provider';
import { Run } from './run';
import { selectAtomsFromAll } from './select-from-graph';
import { selectBest } from './select-package';
import { slotSolutions } from './slot-solutions';
import { brokenByProposals } from './unmask-breakage';

export interface RootsInput {
  /** where tools run; also the target when there is no other */
  readonly running: RootConfiguration;
  readonly target: RootConfiguration | null;
  /** ESYSROOT of the target: `running`, or the target itself */
  readonly targetSysroot: 'running' | 'target';
}

export interface Resolution {
  readonly success: boolean;
  /** the last attempt: graph, order, proposals, problems */
  readonly run: Run;
  readonly attempts: number;
}

export function makeRoots({ running, target, targetSysroot }: RootsInput): {
  running: Root;
  target: Root;
  all: Root[];
} {
  const host: { label: string; configuration: RootConfiguration; sysroot: Root | null } = {
    label: 'running',
    configuration: running,
    sysroot: null,
  };
  host.sysroot = host as Root;
  if (target === null) return { running: host as Root, target: host as Root, all: [host as Root] };
  const other: typeof host = { label: 'target', configuration: target, sysroot: null };
  other.sysroot = (targetSysroot === 'running' ? host : other) as Root;
  return { running: host as Root, target: other as Root, all: [host as Root, other as Root] };
}

function startRun(frozen: Frozen, state: BacktrackState, allowBacktracking: boolean, autounmask: boolean): Run {
  return new Run(frozen, state, allowBacktracking, autounmask, {
    selectPackage: selectBest,
    selectAtoms: selectAtomsFromAll,
  });
}

/** Is the answer one that only the user can change, so that other attempts are of no use? */
function needsUser(run: Run): boolean {
  if (run.successWithoutAutounmask || run.requiredUseUnsatisfied) return true;
  if (run.slotSolutions === null && !isAcceptingConflicts(run) && run.tracker.conflicts().length > 0) {
    run.slotSolutions = slotSolutions(run);
    if (run.slotSolutions.length > 0) return true;
  }
  return run.allowBacktracking && run.frozen.options.autounmaskBacktrack !== true && hasProposals(run);
}

/**
 * Finds packages that meet the requests and everything they need. Attempts go on until one succeeds, the user is
 * needed, or the options forbid more.
 */
export function resolve(roots: RootsInput, requests: readonly string[], options: ResolveOptions): Resolution {
  const { running, target, all } = makeRoots(roots);
  const parameters = deriveParameters(options, 'merge');
  const frozen = new Frozen(all, running, target, options, parameters);
  const retries = options.noDeps ? 0 : options.backtrack;
  const allowBacktracking = retries > 0;
  const backtracker = new Backtracker(Math.max(1, Math.floor((retries + 1) / 2)));
  let attempts = 0;
  let run = startRun(frozen, backtracker.next() ?? emptyState(), allowBacktracking, parameters.autounmask);
  let success = false;
  for (;;) {
    success = attempt(run, requests);
    if (success || needsUser(run) || !allowBacktracking || attempts >= retries) break;
    if (run.shouldRestart) {
      attempts += 1;
      backtracker.learn(run.feedback);
    } else if (backtracker.hasMore) {
      attempts += 1;
    }
    const state = backtracker.next();
    if (state === null) break;
    run = startRun(frozen, state, allowBacktracking, parameters.autounmask);
  }
  if (attempts > 0 && !success && !needsUser(run) && run.circularGraph === null) {
    run = startRun(frozen, backtracker.best(), false, parameters.autounmask);
    success = attempt(run, requests);
  }
  if (!success && brokenByProposals(run)) {
    run = startRun(frozen, emptyState(), false, false);
    success = attempt(run, requests);
  }
  if (!success && run.slotSolutions === null && run.tracker.conflicts().length > 0) {
    run.slotSolutions = slotSolutions(run);
  }
  return { success, run, attempts };
}
