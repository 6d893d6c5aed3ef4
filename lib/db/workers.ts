import type { StudioDatabase } from './open';
import type { WorkerRow } from './schema';

/** Registers a worker, or says that it lives. */
export async function saveWorker({ db }: StudioDatabase, worker: WorkerRow): Promise<void> {
  await db
    .insertInto('workers')
    .values(worker)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ run: worker.run, seen_at: worker.seen_at }))
    .execute();
}

export function listWorkers({ db }: StudioDatabase): Promise<WorkerRow[]> {
  return db.selectFrom('workers').selectAll().orderBy('id').execute();
}

/** Forgets a worker and the locks that it held. */
export async function removeWorker({ db }: StudioDatabase, id: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('prefix_locks').where('worker', '=', id).execute();
    await transaction.deleteFrom('workers').where('id', '=', id).execute();
  });
}

const endedRuns = (db: StudioDatabase['db']) =>
  db.selectFrom('runs').select('id').where('state', 'not in', ['queued', 'running']);

/**
 * Only the holder may change the roots of a prefix. False: another worker holds it. A lock that outlived its run, because
 * it could not be deleted at the end, holds nobody up.
 */
export async function lockPrefix(
  { db }: StudioDatabase,
  lock: { readonly prefix: string; readonly worker: string; readonly run: string },
): Promise<boolean> {
  await db.deleteFrom('prefix_locks').where('prefix', '=', lock.prefix).where('run', 'in', endedRuns(db)).execute();
  const taken = await db
    .insertInto('prefix_locks')
    .values(lock)
    .onConflict((conflict) => conflict.column('prefix').doNothing())
    .returning('prefix')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function unlockPrefix({ db }: StudioDatabase, prefix: string, worker: string): Promise<void> {
  await db.deleteFrom('prefix_locks').where('prefix', '=', prefix).where('worker', '=', worker).execute();
}

/** The run that holds a prefix, or null. */
export async function lockHolder({ db }: StudioDatabase, prefix: string): Promise<string | null> {
  const row = await db
    .selectFrom('prefix_locks')
    .select('run')
    .where('prefix', '=', prefix)
    .where('run', 'not in', endedRuns(db))
    .executeTakeFirst();
  return row?.run ?? null;
}
