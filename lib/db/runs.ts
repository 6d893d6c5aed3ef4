import { DbError } from './errors';
import type { StudioDatabase } from './open';
import type { RunEventRow, RunRow } from './schema';

export type NewRun = Pick<
  RunRow,
  'id' | 'prefix' | 'board' | 'origin' | 'text' | 'revision' | 'jobs' | 'retry_of' | 'queued_at' | 'summary'
> & {
  /** the only worker that may take it; absent: any */
  readonly owner?: string | null;
  /** absent: `embedded` */
  readonly driver?: string;
};

export async function createRun({ db }: StudioDatabase, run: NewRun): Promise<RunRow> {
  return db
    .insertInto('runs')
    .values({
      owner: null,
      driver: 'embedded',
      ...run,
      state: 'queued',
      cancel: 0,
      started_at: null,
      finished_at: null,
      seq: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Throws `RUN_UNKNOWN`. */
export async function getRun({ db }: StudioDatabase, id: string): Promise<RunRow> {
  const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (row) return row;
  throw new DbError('RUN_UNKNOWN', `There is no run \`${id}\`.`, { hint: 'See the list of builds.' });
}

export interface RunFilter {
  readonly prefix?: string;
  readonly states?: readonly RunRow['state'][];
  /** only runs older than this id; ids sort by time */
  readonly before?: string;
  readonly limit: number;
}

/** Newest first. */
export function listRuns({ db }: StudioDatabase, filter: RunFilter): Promise<RunRow[]> {
  let query = db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(filter.limit);
  if (filter.prefix !== undefined) query = query.where('prefix', '=', filter.prefix);
  if (filter.states) query = query.where('state', 'in', filter.states);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** The newest run of every prefix. */
export async function lastRuns({ db }: StudioDatabase): Promise<ReadonlyMap<string, RunRow>> {
  const newest = db
    .selectFrom('runs')
    .select(({ fn }) => fn.max('id').as('id'))
    .groupBy('prefix');
  const rows = await db.selectFrom('runs').selectAll().where('id', 'in', newest).execute();
  return new Map(rows.map((row) => [row.prefix, row]));
}

/** The newest run of a prefix that ended well. */
export async function lastSuccess({ db }: StudioDatabase, prefix: string): Promise<RunRow | null> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('prefix', '=', prefix)
    .where('state', '=', 'succeeded')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export type RunChange = Partial<
  Pick<RunRow, 'state' | 'owner' | 'cancel' | 'started_at' | 'finished_at' | 'seq' | 'summary'>
>;

/**
 * Appends events and changes the run in one transaction. A `seq` that is there already makes it fail: then another
 * process writes to the run, and this one has lost it.
 */
export async function appendEvents(
  { db }: StudioDatabase,
  id: string,
  events: readonly Omit<RunEventRow, 'run'>[],
  change: RunChange,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (let start = 0; start < events.length; start += 100) {
      const rows = events.slice(start, start + 100).map((event) => ({ ...event, run: id }));
      await transaction.insertInto('run_events').values(rows).execute();
    }
    if (Object.keys(change).length > 0) {
      await transaction.updateTable('runs').set(change).where('id', '=', id).execute();
    }
  });
}

export function readEvents({ db }: StudioDatabase, id: string, after: number, limit = 5000): Promise<RunEventRow[]> {
  return db
    .selectFrom('run_events')
    .selectAll()
    .where('run', '=', id)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** Makes `worker` the owner of a queued run; false when it is not queued any more (cancelled, or taken by another). */
export async function takeRun({ db }: StudioDatabase, id: string, worker: string): Promise<boolean> {
  const taken = await db
    .updateTable('runs')
    .set({ state: 'running', owner: worker })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Asks a run to stop. The row as it is afterwards. */
export async function requestCancel(studio: StudioDatabase, id: string): Promise<RunRow> {
  await studio.db.updateTable('runs').set({ cancel: 1 }).where('id', '=', id).execute();
  return getRun(studio, id);
}
