import { assertNever } from '../errors';
import type { BuildPhase, LoggedEvent, PackageState, RunPackage } from './events';
import type { FailureView, PackageView, PhaseView, RunTotals, RunView } from './run-view';

/** The view of a run before its first event. `queuedAt` is UTC ISO 8601. */
export function emptyRun(run: {
  readonly id: string;
  readonly name: string;
  readonly board: string;
  /** default: the embedded engine */
  readonly driver?: string;
  readonly queuedAt: string;
}): RunView {
  return {
    driver: 'embedded',
    ...run,
    state: 'queued',
    stage: 'queued',
    message: 'Waiting for a worker',
    startedAt: null,
    finishedAt: null,
    planHash: null,
    toolchain: null,
    packages: [],
    failure: null,
    failures: [],
    interruptions: [],
    proof: null,
    image: null,
    finalRoot: null,
    seq: 0,
  };
}

/** Folds one event into the view. Events already folded (`seq` not above `view.seq`) change nothing, so replays are safe. */
export function reduceRun(view: RunView, event: LoggedEvent): RunView {
  if (event.seq <= view.seq) return view;
  return { ...applyEvent(view, event), seq: event.seq };
}

export function reduceRuns(view: RunView, events: readonly LoggedEvent[]): RunView {
  return events.reduce(reduceRun, view);
}

/** Which word of the state vocabulary a phase is shown as. */
export function stateOfPhase(phase: BuildPhase): PackageState {
  if (phase === 'fetch') return 'fetching';
  if (phase === 'preinst' || phase === 'merge' || phase === 'postinst') return 'merging';
  return 'building';
}

export const runningStates: readonly PackageState[] = ['fetching', 'building', 'merging'];
const waitingStates: readonly PackageState[] = ['queued', 'blocked'];

export const isRunning = (state: PackageState): boolean => runningStates.includes(state);
export const isWaiting = (state: PackageState): boolean => waitingStates.includes(state);

/** Counts of packages by state; of one place when `root` is given. */
export function runTotals(view: RunView, root?: RunPackage['root']): RunTotals {
  const packages = root ? view.packages.filter((entry) => entry.root === root) : view.packages;
  const count = (...states: readonly PackageState[]): number =>
    packages.filter((entry) => states.includes(entry.state)).length;
  const waiting = count(...waitingStates);
  const running = count(...runningStates);
  return {
    total: packages.length,
    waiting,
    running,
    done: count('done'),
    reused: count('reused'),
    failed: count('failed', 'timed_out'),
    skipped: count('skipped'),
    cancelled: count('cancelled'),
    settled: packages.length - waiting - running,
  };
}

function applyEvent(view: RunView, event: LoggedEvent): RunView {
  switch (event.kind) {
    case 'started':
      return {
        ...view,
        state: 'running',
        stage: 'planning',
        message: 'Planning',
        startedAt: view.startedAt ?? event.at,
        finishedAt: null,
        failure: null,
        failures: [],
      };
    case 'planned':
      return {
        ...view,
        planHash: event.planHash,
        toolchain: event.toolchain ?? null,
        packages: listed(view, event.packages),
      };
    case 'stage':
      return { ...view, stage: event.stage, message: event.message };
    case 'package_queued':
      return update(view, event.id, { state: 'queued', blockedBy: null });
    case 'package_blocked':
      return update(view, event.id, { state: 'blocked', blockedBy: event.by });
    case 'package_started':
      return update(view, event.id, {
        state: 'building',
        startedAt: event.at,
        blockedBy: null,
        phase: null,
        phases: [],
        notices: [],
      });
    case 'package_phase':
      return updateWith(view, event.id, (entry) => ({
        ...entry,
        state: stateOfPhase(event.phase),
        phase: event.phase,
        startedAt: entry.startedAt ?? event.at,
        phases: [...closePhases(entry.phases, event.at), { phase: event.phase, startedAt: event.at, finishedAt: null }],
      }));
    case 'package_finished':
      return settle(view, event.id, event.at, {
        state: 'done',
        phase: null,
        durationMs: event.durationMs,
        sizeBytes: event.sizeBytes,
        files: event.files,
      });
    case 'package_reused':
      return settle(view, event.id, event.at, { state: 'reused', phase: null, reason: event.reason });
    case 'package_failed':
      return withFailure(
        settle(view, event.id, event.at, { state: 'failed', phase: event.phase }),
        packageFailure(view, event),
      );
    case 'package_skipped':
      return withSkipped(
        settle(view, event.id, event.at, {
          state: 'skipped',
          blockedBy: event.because,
          ...(event.isUnrelated ? { isUnrelated: true } : {}),
        }),
        event,
      );
    case 'package_cancelled':
      return settle(view, event.id, event.at, { state: 'cancelled' });
    case 'package_notice':
      return updateWith(view, event.id, (entry) => ({ ...entry, notices: [...entry.notices, event.notice] }));
    case 'log':
      return view;
    case 'resources':
      return update(view, event.id, { cpuMs: event.cpuMs, peakRssBytes: event.peakRssBytes });
    case 'proof':
      return { ...view, proof: event.checks };
    case 'image':
      return { ...view, image: event.image };
    case 'interrupted':
      return {
        ...view,
        state: 'queued',
        stage: 'queued',
        message: event.message,
        interruptions: [...view.interruptions, { at: event.at, message: event.message }],
        packages: view.packages.map((entry) =>
          isRunning(entry.state) ? { ...queuedPackage(entry), expectedMs: entry.expectedMs } : entry,
        ),
      };
    case 'done':
      return withRunFailure(
        {
          ...view,
          state: event.state,
          stage: 'done',
          message: event.message,
          finishedAt: event.at,
          finalRoot: event.finalRoot,
          packages: view.packages.map((entry) => afterDone(entry, event)),
        },
        event,
      );
    default:
      return assertNever(event);
  }
}

/** A resumed run plans again; what it finished before stays in the list although the new plan has nothing to do for it. */
function listed(view: RunView, packages: readonly RunPackage[]): readonly PackageView[] {
  const planned = new Set(packages.map((entry) => entry.id));
  const finished = view.packages.filter(
    (entry) => (entry.state === 'done' || entry.state === 'reused') && !planned.has(entry.id),
  );
  return [...finished, ...packages.map(queuedPackage)];
}

function queuedPackage(entry: RunPackage): PackageView {
  return {
    id: entry.id,
    root: entry.root,
    cpv: entry.cpv,
    action: entry.action,
    needs: entry.needs,
    expectedMs: entry.expectedMs,
    ...(entry.isCritical ? { isCritical: true } : {}),
    state: 'queued',
    phase: null,
    phases: [],
    blockedBy: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    sizeBytes: null,
    files: null,
    cpuMs: null,
    peakRssBytes: null,
    reason: null,
    notices: [],
  };
}

function updateWith(view: RunView, id: string, change: (entry: PackageView) => PackageView): RunView {
  return { ...view, packages: view.packages.map((entry) => (entry.id === id ? change(entry) : entry)) };
}

function update(view: RunView, id: string, change: Partial<PackageView>): RunView {
  return updateWith(view, id, (entry) => ({ ...entry, ...change }));
}

function settle(view: RunView, id: string, at: string, change: Partial<PackageView>): RunView {
  return updateWith(view, id, (entry) => ({
    ...entry,
    ...change,
    finishedAt: at,
    phases: closePhases(entry.phases, at),
  }));
}

function closePhases(phases: readonly PhaseView[], at: string): readonly PhaseView[] {
  return phases.map((phase) => (phase.finishedAt === null ? { ...phase, finishedAt: at } : phase));
}

function packageFailure(view: RunView, event: LoggedEvent & { kind: 'package_failed' }): FailureView {
  const failed = view.packages.find((entry) => entry.id === event.id);
  return {
    id: event.id,
    cpv: failed?.cpv ?? null,
    root: failed?.root ?? null,
    phase: event.phase,
    message: event.message,
    firstErrorLine: event.firstErrorLine,
    logLine: event.logLine,
    hint: event.hint,
    at: event.at,
    blocks: [],
  };
}

function withFailure(view: RunView, failure: FailureView): RunView {
  return { ...view, failure: view.failure ?? failure, failures: [...view.failures, failure] };
}

function withSkipped(view: RunView, event: LoggedEvent & { kind: 'package_skipped' }): RunView {
  if (event.isUnrelated) return view;
  const failures = view.failures.map((failure) =>
    failure.id === event.because ? { ...failure, blocks: [...failure.blocks, event.id] } : failure,
  );
  return { ...view, failures, failure: failures[0] ?? null };
}

/** A run that ended badly without a failed package still has a cause: what `done` says. */
function withRunFailure(view: RunView, event: LoggedEvent & { kind: 'done' }): RunView {
  if (event.state !== 'failed' || view.failure) return view;
  return withFailure(view, {
    id: null,
    cpv: null,
    root: null,
    phase: null,
    message: event.message,
    firstErrorLine: null,
    logLine: null,
    hint: null,
    at: event.at,
    blocks: [],
  });
}

/** Nothing keeps running or waiting after `done`. */
function afterDone(entry: PackageView, event: LoggedEvent & { kind: 'done' }): PackageView {
  if (!isRunning(entry.state) && !isWaiting(entry.state)) return entry;
  const state: PackageState = event.state === 'cancelled' ? 'cancelled' : 'skipped';
  return { ...entry, state, finishedAt: event.at, phases: closePhases(entry.phases, event.at) };
}
