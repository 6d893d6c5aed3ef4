import { randomBytes } from 'node:crypto';
import type { RunEvent } from '../api/events';
import { reduceRun } from '../api/reduce-run';
import type { RunSummary } from '../api/wire';
import {
  appendEvents,
  createRun,
  getRun,
  type JobQueue,
  listRuns,
  requestCancel,
  type StudioDatabase,
} from '../db/index';
import type { PrefixRow, RunRow } from '../db/schema';
import { parseDesign } from '../design/index';
import { defaultDriver, drivers } from '../drivers/drivers';
import type { Driver } from '../drivers/seam/driver';
import { findDriver } from '../drivers/seam/find-driver';
import { DesignInvalidError, RunnerError } from './errors';
import { readRunView } from './kept-views';
import { freshView, storedSummary, summaryOf } from './summary';

/**
 * Ids sort by time: `20260101-093000123-1f3a9c`. They sort in the order in which runs were asked for also when the clock was
 * set back: `newest` is the highest id so far.
 */
export function newRunId(now: Date, newest = ''): string {
  const stamp = stampOf(now);
  const after = newest.slice(0, stamp.length);
  return `${stamp > after ? stamp : nextStamp(after)}-${randomBytes(3).toString('hex')}`;
}

/** `YYYYMMDD-HHMMSSmmm` */
function stampOf(time: Date): string {
  const digits = time.toISOString().replace(/[^\d]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 17)}`;
}

function nextStamp(stamp: string): string {
  const [, year, month, day, hour, minute, second, ms] = /^(....)(..)(..)-(..)(..)(..)(...)$/.exec(stamp) ?? [];
  return stampOf(new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`) + 1));
}

export interface RunRequest {
  readonly prefix: Pick<PrefixRow, 'name' | 'text' | 'revision'>;
  readonly origin: RunRow['origin'];
  readonly jobs?: number | null;
  readonly retryOf?: string | null;
  /** id of the driver; default: the first of this program */
  readonly driver?: string;
  /** of which it is one; default: those of this program */
  readonly drivers?: readonly Driver[];
  /** the worker that asks for it and will build it itself */
  readonly owner?: string;
  readonly now: Date;
}

/** Records a run of the design as it stands now. Throws DRIVER_UNKNOWN, DESIGN_INVALID, and PREFIX_BUSY while another run of it is open. */
export async function recordRun(studio: StudioDatabase, request: RunRequest): Promise<RunRow> {
  const { prefix } = request;
  const driver = findDriver(request.drivers ?? drivers, request.driver ?? defaultDriver).id;
  const parsed = parseDesign(prefix.text);
  if (!parsed.ok) throw new DesignInvalidError(parsed.problems);
  const [open] = await listRuns(studio, { prefix: prefix.name, states: ['queued', 'running'], limit: 1 });
  if (open) throw busy(prefix.name, open.id);
  const [newest] = await listRuns(studio, { limit: 1 });
  const id = newRunId(request.now, newest?.id);
  const queued = { id, prefix: prefix.name, board: parsed.design.board, driver, queued_at: request.now.toISOString() };
  return createRun(studio, {
    ...queued,
    origin: request.origin,
    text: prefix.text,
    revision: prefix.revision,
    jobs: request.jobs ?? null,
    owner: request.owner ?? null,
    retry_of: request.retryOf ?? null,
    summary: storedSummary(freshView(queued)),
  });
}

export function busy(prefix: string, run: string): RunnerError {
  return new RunnerError('PREFIX_BUSY', `\`${prefix}\` is already being built.`, {
    hint: 'Watch that build, or cancel it first.',
    details: { run },
  });
}

/** Records a run and puts it into the queue. Throws as `recordRun`. */
export async function requestRun(studio: StudioDatabase, queue: JobQueue, request: RunRequest): Promise<RunSummary> {
  const row = await recordRun(studio, request);
  await queue.enqueue(row.id);
  return summaryOf(row);
}

/** Builds the design of an ended run once more, as it was then. Throws RUN_UNKNOWN, PREFIX_BUSY. */
export async function retryRun(studio: StudioDatabase, queue: JobQueue, id: string, now: Date): Promise<RunSummary> {
  const row = await getRun(studio, id);
  const prefix = { name: row.prefix, text: row.text, revision: row.revision ?? 1 };
  return requestRun(studio, queue, { prefix, origin: 'web', jobs: row.jobs, driver: row.driver, retryOf: id, now });
}

/** Asks a run to stop. One that waits ends at once; one in progress when its worker hears it. Throws RUN_FINISHED. */
export async function cancelRun(studio: StudioDatabase, id: string, now: Date): Promise<RunSummary> {
  const row = await requestCancel(studio, id);
  if (row.state === 'queued') await endWaitingRun(studio, row, now);
  else if (row.state !== 'running') {
    throw new RunnerError('RUN_FINISHED', `The run \`${id}\` has ended: ${row.state}.`);
  }
  return summaryOf(await getRun(studio, id));
}

async function endWaitingRun(studio: StudioDatabase, row: RunRow, now: Date): Promise<void> {
  await appendAsOutsider(studio, row, now, {
    kind: 'done',
    ok: false,
    state: 'cancelled',
    finalRoot: null,
    image: null,
    message: 'Cancelled before it started',
  });
}

/** Adds one event to a run that nobody writes to at the moment. */
export async function appendAsOutsider(studio: StudioDatabase, row: RunRow, now: Date, event: RunEvent): Promise<void> {
  const before = await readRunView(studio, row);
  const logged = { ...event, seq: before.seq + 1, at: now.toISOString() };
  const view = reduceRun(before, logged);
  const stored = { seq: logged.seq, at: logged.at, kind: event.kind, body: JSON.stringify(event) };
  await appendEvents(studio, row.id, [stored], {
    state: view.state,
    owner: null,
    finished_at: view.finishedAt,
    seq: view.seq,
    summary: storedSummary(view),
  });
}
