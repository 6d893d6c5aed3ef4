import { join } from 'node:path';
import type { LoggedEvent, RunState } from '../api/events';
import type { RunView } from '../api/run-view';
import type { RunList, RunSummary } from '../api/wire';
import { getPrefix, getRun, type JobQueue, listRuns, readEvents, type StudioDatabase } from '../db/index';
import { homeLayout } from '../home';
import { readRunView } from './kept-views';
import { requestRun } from './run-requests';
import { loggedEvent, summaryOf } from './summary';

export interface RunListFilter {
  readonly prefix?: string;
  readonly state?: RunState;
  readonly before?: string;
  readonly limit: number;
}

/** Newest first. */
export async function listRunSummaries(studio: StudioDatabase, filter: RunListFilter): Promise<RunList> {
  const rows = await listRuns(studio, {
    prefix: filter.prefix,
    states: filter.state && [filter.state],
    before: filter.before,
    limit: filter.limit + 1,
  });
  const page = rows.slice(0, filter.limit);
  return { runs: page.map(summaryOf), next: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null };
}

/** A run folded from its events. Throws RUN_UNKNOWN. */
export async function readRun(studio: StudioDatabase, id: string): Promise<RunView> {
  return readRunView(studio, await getRun(studio, id));
}

/** Throws RUN_UNKNOWN. */
export async function readRunEvents(
  studio: StudioDatabase,
  id: string,
  after: number,
): Promise<readonly LoggedEvent[]> {
  await getRun(studio, id);
  return (await readEvents(studio, id, after)).map(loggedEvent);
}

/** Where the logs of a run lie; only of runs that exist, so no id leads elsewhere. Throws RUN_UNKNOWN. */
export async function runFolder(
  { studio, home }: { readonly studio: StudioDatabase; readonly home: string },
  id: string,
): Promise<string> {
  const { id: known } = await getRun(studio, id);
  return join(homeLayout(home).runs, known);
}

/** Queues a build of a stored prefix. Throws PREFIX_UNKNOWN, DRIVER_UNKNOWN, DESIGN_INVALID, PREFIX_BUSY. */
export async function requestStoredRun(
  studio: StudioDatabase,
  queue: JobQueue,
  request: { readonly prefix: string; readonly jobs: number | null; readonly driver?: string; readonly now: Date },
): Promise<RunSummary> {
  const prefix = await getPrefix(studio, request.prefix);
  return requestRun(studio, queue, {
    prefix,
    origin: 'web',
    jobs: request.jobs,
    driver: request.driver,
    now: request.now,
  });
}
