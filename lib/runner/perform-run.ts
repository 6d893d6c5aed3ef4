import type { LoggedEvent, RunEvent } from '../api/events';
import { isRunning } from '../api/reduce-run';
import type { RunView } from '../api/run-view';
import { getRun, lockHolder, lockPrefix, type StudioDatabase, takeRun, unlockPrefix, untilBack } from '../db/index';
import type { RunRow } from '../db/schema';
import { parseDesign } from '../design/index';
import { drivers as allDrivers } from '../drivers/drivers';
import type { Driver } from '../drivers/seam/driver';
import { findDriver } from '../drivers/seam/find-driver';
import type { BuildLimits } from '../engine/index';
import { type StudioError, tellable } from '../errors';
import { type DiskError, diskErrorOf } from '../host/disk-error';
import { isCancelBehind } from '../host/ended-outside';
import { type BuildOutcome, runBuild } from './build';
import { type JournalOptions, RunJournal } from './run-journal';
import { hintWithSizes } from './what-can-go';

type Failed = BuildOutcome & { readonly kind: 'failed' };

/** How often a worker looks whether its run was cancelled. */
const cancelPollMs = 300;

export interface PerformOptions {
  readonly home: string;
  readonly worker: string;
  /** aborted: this process has to end; the run stays unfinished and resumes elsewhere */
  readonly shutdown: AbortSignal;
  /** of the machine, for this run only */
  readonly limits?: BuildLimits;
  /** as in `BuildOptions` */
  readonly keepGoing?: boolean;
  /** no prebuilt packages, whatever the design says */
  readonly isFromSource?: boolean;
  /** as in `BuildOptions` */
  readonly rebuild?: readonly string[];
  /** of which the run names one; default: those of this program */
  readonly drivers?: readonly Driver[];
  readonly onEvent?: (event: LoggedEvent) => void;
  /** why it was cancelled, as a sentence; default: somebody wanted it */
  readonly cancelReason?: () => string | null;
  /** aborted: events that cannot be written at the end are given up; default: `shutdown` */
  readonly patience?: () => AbortSignal;
}

export type PerformOutcome =
  | { readonly kind: 'ended'; readonly view: RunView }
  /** it ended as `view` tells, but that could not be written down */
  | { readonly kind: 'unwritten'; readonly view: RunView; readonly cause: unknown }
  /** not queued any more */
  | { readonly kind: 'gone' }
  /** another run holds the prefix */
  | { readonly kind: 'locked'; readonly by: string }
  /** this process has to end, or lost the run to another one */
  | { readonly kind: 'unfinished' };

/** Takes a queued run, builds it and records everything it says. Never throws for a failed build. */
export async function performRun(studio: StudioDatabase, id: string, options: PerformOptions): Promise<PerformOutcome> {
  const waiting = await getRun(studio, id);
  if (waiting.state !== 'queued') return { kind: 'gone' };
  const lock = { prefix: waiting.prefix, worker: options.worker, run: id };
  if (!(await lockPrefix(studio, lock))) {
    return { kind: 'locked', by: (await lockHolder(studio, waiting.prefix)) ?? 'another run' };
  }
  try {
    if (!(await takeRun(studio, id, options.worker))) return { kind: 'gone' };
    const taken = await untilBack(studio, options.shutdown, () => getRun(studio, id));
    return await performTaken(studio, taken, options);
  } finally {
    // a lock that stays holds nobody up once its run has ended
    await unlockPrefix(studio, waiting.prefix, options.worker).catch(() => {});
  }
}

async function performTaken(studio: StudioDatabase, row: RunRow, options: PerformOptions): Promise<PerformOutcome> {
  const cancel = new AbortController();
  let lost = false;
  let full = null as { readonly trouble: DiskError; readonly message: string } | null;
  const journalOptions: JournalOptions = {
    home: options.home,
    now: () => new Date(),
    onEvent: options.onEvent,
    onLost: () => {
      lost = true;
      cancel.abort();
    },
    onTrouble: (cause) => {
      const trouble = diskErrorOf(cause, { path: options.home });
      if (!trouble) return;
      full = { trouble, message: `Stopped while ${whatGoesOn(journal.view)}: ${trouble.message}` };
      cancel.abort();
    },
  };
  const journal = await untilBack(studio, options.shutdown, () => RunJournal.open(studio, row, journalOptions));
  const poll = setInterval(() => {
    getRun(studio, row.id)
      .then((current) => {
        if (current.cancel === 1) cancel.abort();
        if (current.owner !== options.worker) {
          lost = true;
          cancel.abort();
        }
      })
      // the database is busy or away; the next look will tell
      .catch(() => {});
  }, cancelPollMs);
  const signal = AbortSignal.any([cancel.signal, options.shutdown]);
  journal.emit({ kind: 'started', run: row.id, name: row.prefix, board: row.board });
  const outcome = await build(studio, row, options, journal, signal);
  clearInterval(poll);
  const isStopped = options.shutdown.aborted && outcome.kind === 'cancelled';
  const stopped = outcome.kind === 'cancelled' && full ? await failure(full.trouble, options.home, full.message) : null;
  const ending = stopped ?? (await withWayOn(outcome, options.home));
  if (!lost) journal.emit(isStopped ? stoppedEvent : doneEvent(ending, options.cancelReason?.() ?? 'Cancelled'));
  const unwritten = await journal.close(options.patience?.() ?? options.shutdown);
  if (lost) return { kind: 'unfinished' };
  if (unwritten !== null) return { kind: 'unwritten', view: journal.view, cause: unwritten };
  if (!isStopped) return { kind: 'ended', view: journal.view };
  await studio.db.updateTable('runs').set({ owner: null }).where('id', '=', row.id).execute();
  return { kind: 'unfinished' };
}

const stoppedEvent: RunEvent = {
  kind: 'interrupted',
  message: 'The server was stopped; the build resumes when it runs again',
};

/** What a run does in each of its stages, after “while”. */
const doingAt: Readonly<Record<RunView['stage'], string>> = {
  queued: 'starting',
  planning: 'planning',
  setup: 'setting up the prefix',
  staging: 'building into staging',
  final: 'installing into final',
  proof: 'proving the prefix',
  image: 'packing the image',
  done: 'ending the run',
};

function whatGoesOn(view: RunView): string {
  const running = view.packages.find(({ state, phase }) => isRunning(state) && phase !== null);
  return running ? `\`${running.cpv}\` was in ${running.phase}` : doingAt[view.stage];
}

async function build(
  studio: StudioDatabase,
  row: RunRow,
  { home, limits, keepGoing, isFromSource, rebuild, drivers = allDrivers }: PerformOptions,
  journal: RunJournal,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const parsed = parseDesign(row.text);
  if (!parsed.ok) return { kind: 'failed', message: parsed.problems[0]?.message ?? 'The design has problems' };
  try {
    const { jobs } = row;
    const driver = findDriver(drivers, row.driver);
    const design = isFromSource ? { ...parsed.design, from_source: true } : parsed.design;
    const how = { jobs, limits, keepGoing, rebuild };
    return await runBuild(design, { studio, home, driver, emit: journal.emit, signal, ...how });
  } catch (error) {
    if (await isCancelBehind(error, signal)) return { kind: 'cancelled' };
    const told = diskErrorOf(error, { path: home, doing: doingAt[journal.view.stage] }) ?? tellable(error);
    // the log is for whoever builds: the place in our code goes to the terminal of the worker, when it is asked for
    if (told.code === 'INTERNAL' && process.env.PREFIX_STUDIO_DEBUG) console.error(error);
    const ending = await failure(told, home);
    if (told.code === 'INTERNAL') journal.emit({ kind: 'log', id: null, line: 1, text: `${ending.message}\n` });
    return ending;
  }
}

/** A failed outcome that says what to do next, for a full disk with sizes of what can go. */
async function failure(error: StudioError, home: string, said = sentence(error.message)): Promise<Failed> {
  const hint = await hintWithSizes(error, home);
  return { kind: 'failed', message: hint ? `${said.replace(/[^.!?]$/, '$&.')} ${hint}` : said };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What stopped a package may be the disk; who reads only the end of a run wants to know the way on too. */
async function withWayOn(outcome: BuildOutcome, home: string): Promise<BuildOutcome> {
  if (outcome.kind !== 'failed' || !outcome.trouble) return outcome;
  return failure(outcome.trouble, home, outcome.message);
}

function doneEvent(outcome: BuildOutcome, cancelled: string): RunEvent {
  switch (outcome.kind) {
    case 'succeeded':
      return {
        kind: 'done',
        ok: true,
        state: 'succeeded',
        finalRoot: outcome.finalRoot,
        image: outcome.image,
        message: outcome.message,
      };
    case 'failed':
      return { kind: 'done', ok: false, state: 'failed', finalRoot: null, image: null, message: outcome.message };
    case 'cancelled':
      return { kind: 'done', ok: false, state: 'cancelled', finalRoot: null, image: null, message: cancelled };
  }
}
