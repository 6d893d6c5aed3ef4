import type { StudioDatabase } from './open';

/** Runs that are looked at: enough to have met each package of a prefix, few enough to be quick. */
const newestRuns = 30;

/** The `package_finished` events of the newest runs, as JSON, newest first. */
export async function finishedPackages({ db }: StudioDatabase): Promise<readonly string[]> {
  const runs = await db.selectFrom('runs').select('id').orderBy('id', 'desc').limit(newestRuns).execute();
  if (runs.length === 0) return [];
  const ids = runs.map(({ id }) => id);
  const rows = await db
    .selectFrom('run_events')
    .select('body')
    .where('run', 'in', ids)
    .where('kind', '=', 'package_finished')
    .orderBy('run', 'desc')
    .orderBy('seq', 'desc')
    .execute();
  return rows.map(({ body }) => body);
}
