import type { LoggedEvent, RunEvent } from '../api/events';
import type { RunView } from '../api/run-view';
import { getRun, lockHolder, lockPrefix, type StudioDatabase, takeRun, unlockPrefix } from '../db/index';
import type { RunRow } from '../db/schema';
import { parseDesign } from '../design/index';
import { isStudioError } from '../errors';
import { type BuildOutcome, runBuild } from './build';
import { RunJournal } from './run-journal';
import { appendAsOutsider } from './run-requests';

/** How often a worker looks whether its run was cancelled. */
const cancelPollMs = 300;

export interface PerformOptions {
  readonly home: string;
  readonly worker: string;
  /** aborted: this process has to end; the run stays unfinished and resumes elsewhere */
  readonly shutdown: AbortSignal;
  readonly onEvent?: (event: LoggedEvent) => void;
}

export type PerformOutcome =
  | { readonly kind: 'ended'; readonly view: RunView }
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
    return await performTaken(studio, await getRun(studio, id), options);
  } finally {
    await unlockPrefix(studio, waiting.prefix, options.worker);
  }
}

async function performTaken(studio: StudioDatabase, row: RunRow, options: PerformOptions): Promise<PerformOutcome> {
  const cancel = new AbortController();
  let lost = false;
  const journal = await RunJournal.open(studio, row, {
    home: options.home,
    now: () => new Date(),
    onEvent: options.onEvent,
    onLost: () => {
      lost = true;
      cancel.abort();
    },
  });
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
  try {
    journal.emit({ kind: 'started', run: row.id, name: row.prefix, board: row.board });
    const outcome = await build(studio, row, options.home, journal.emit, signal);
    if (lost) return { kind: 'unfinished' };
    if (options.shutdown.aborted && outcome.kind === 'cancelled') {
      journal.emit({ kind: 'interrupted', message: 'The server was stopped; the build resumes when it runs again' });
      await journal.close();
      await studio.db.updateTable('runs').set({ owner: null }).where('id', '=', row.id).execute();
      return { kind: 'unfinished' };
    }
    journal.emit(doneEvent(outcome));
    return { kind: 'ended', view: journal.view };
  } finally {
    clearInterval(poll);
    await journal.close();
  }
}

async function build(
  studio: StudioDatabase,
  row: RunRow,
  home: string,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const parsed = parseDesign(row.text);
  if (!parsed.ok) return { kind: 'failed', message: parsed.problems[0]?.message ?? 'The design has problems' };
  try {
    return await runBuild(parsed.design, { studio, home, emit, signal, jobs: row.jobs });
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled' };
    if (isStudioError(error)) {
      return { kind: 'failed', message: error.hint ? `${error.message} ${error.hint}` : error.message };
    }
    emit({ kind: 'log', id: null, line: 1, text: `${error instanceof Error ? error.stack : String(error)}\n` });
    return { kind: 'failed', message: `INTERNAL: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function doneEvent(outcome: BuildOutcome): RunEvent {
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
      return { kind: 'done', ok: false, state: 'cancelled', finalRoot: null, image: null, message: 'Cancelled' };
  }
}

/** For runs that no worker will ever take again. */
export async function failRun(studio: StudioDatabase, row: RunRow, message: string): Promise<void> {
  await appendAsOutsider(studio, row, new Date(), {
    kind: 'done',
    ok: false,
    state: 'failed',
    finalRoot: null,
    image: null,
    message,
  });
}
