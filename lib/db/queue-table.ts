import { sql } from 'kysely';
import type { JobQueue, QueueOptions } from './job-queue';
import type { StudioDatabase } from './open';
import type { JobRow } from './schema';

/** The embedded queue. Claiming is one statement, so two workers never get the same job. */
export function openTableQueue({ db }: StudioDatabase, { leaseMs, now }: QueueOptions): JobQueue {
  const time = (offsetMs = 0): string => new Date(now() + offsetMs).toISOString();
  const waiting = { state: 'waiting' as const, worker: null, lease_until: null };
  return {
    async enqueue(run) {
      await db
        .insertInto('jobs')
        .values({ id: run, ...waiting, attempts: 0, created_at: time() })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...waiting, created_at: time() }))
        .execute();
    },
    async ensure(run) {
      const job = { id: run, ...waiting, attempts: 0, created_at: time() };
      await db
        .insertInto('jobs')
        .values(job)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    async claim(worker) {
      const open = await db
        .selectFrom('jobs')
        .select('id')
        .where(({ or, eb }) => or([eb('state', '=', 'waiting'), eb('lease_until', '<', time())]))
        .limit(1)
        .executeTakeFirst();
      // an idle worker must not take the write lock each time it looks
      if (!open) return null;
      const result = await sql<JobRow>`
        update jobs set state = 'active', worker = ${worker}, lease_until = ${time(leaseMs)}, attempts = attempts + 1
        where id = (
          select id from jobs where state = 'waiting' or lease_until < ${time()} order by created_at, id limit 1
        ) returning *`.execute(db);
      const [job] = result.rows;
      return job ? { run: job.id, ticket: `${job.id}#${job.attempts}`, attempt: job.attempts } : null;
    },
    async heartbeat(job, worker) {
      const kept = await db
        .updateTable('jobs')
        .set({ lease_until: time(leaseMs) })
        .where('id', '=', job.run)
        .where('worker', '=', worker)
        .where('attempts', '=', job.attempt)
        .returning('id')
        .executeTakeFirst();
      return kept !== undefined;
    },
    async complete(job) {
      await db.deleteFrom('jobs').where('id', '=', job.run).where('attempts', '=', job.attempt).execute();
    },
    async release(run) {
      await this.enqueue(run);
    },
    async close() {},
  };
}
