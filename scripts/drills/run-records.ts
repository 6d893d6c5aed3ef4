import { listRuns, openDatabase, readEvents, type StudioDatabase } from '../../lib/db/index';
import type { RunEventRow, RunRow } from '../../lib/db/schema';

/** Opens the database of a home, or the PostgreSQL at `url`, as another process beside the product. */
export async function withDatabase<T>(
  home: string,
  url: string | null,
  act: (studio: StudioDatabase) => Promise<T>,
): Promise<T> {
  const studio = await openDatabase({ home, url });
  try {
    return await act(studio);
  } finally {
    await studio.close();
  }
}

export interface RunRecord {
  readonly run: RunRow;
  readonly events: readonly RunEventRow[];
}

/** All runs of a prefix with their events, oldest first. */
export async function readRuns(studio: StudioDatabase, prefix: string): Promise<readonly RunRecord[]> {
  const runs = await listRuns(studio, { prefix, limit: 1000 });
  const records: RunRecord[] = [];
  for (const run of runs.reverse()) records.push({ run, events: await readEvents(studio, run.id, 0) });
  return records;
}

/** What is wrong with the record of a run that is over: a gap, a repetition, no end or something after the end. */
export function recordFailures({ run, events }: RunRecord): readonly string[] {
  const wrong = events.findIndex((event, index) => event.seq !== index + 1);
  const ends = events.filter((event) => event.kind === 'done').length;
  const found: string[] = [];
  if (wrong >= 0) found.push(`event ${wrong + 1} of ${run.id} has number ${events[wrong]?.seq}`);
  if (ends !== 1) found.push(`${run.id} (${run.state}) has ${ends} events that say it is over`);
  else if (events.at(-1)?.kind !== 'done') found.push(`${run.id} goes on after it is over`);
  if (run.seq !== events.length) found.push(`${run.id} counts ${run.seq} events and has ${events.length}`);
  return found;
}

/** Events that were there before and are not any more. */
export function lostEvents(before: readonly RunRecord[], after: readonly RunRecord[]): readonly string[] {
  return before.flatMap(({ run, events }) => {
    const now = after.find((record) => record.run.id === run.id)?.events ?? [];
    const lost = events.filter((event, index) => now[index]?.body !== event.body);
    return lost.map((event) => `event ${event.seq} (${event.kind}) of ${run.id} was lost`);
  });
}
