import PgBoss from 'pg-boss';
import type { JobQueue, QueueOptions } from './job-queue';
import { postgresPatience } from './patience';

const queueName = 'runs';

/** No build takes a day; a worker that died earlier is noticed by its missing heartbeat and its run is released. */
const expireInHours = 23;

interface Payload {
  readonly run: string;
  readonly attempt: number;
}

/** A job that waits, or that somebody has taken just now. $1: queue, $2: run, $3: lease in ms. */
const standingJob = `
  select 1 from pgboss.job where name = $1 and data->>'run' = $2
    and (state < 'active' or (state = 'active' and started_on > now() - $3 * interval '1 millisecond')) limit 1`;

/** The queue on PostgreSQL: pg-boss, so that workers on several machines share the runs. */
export async function openBossQueue(url: string, { leaseMs }: Pick<QueueOptions, 'leaseMs'>): Promise<JobQueue> {
  const boss = new PgBoss({ connectionString: url, max: 4, schedule: false, ...postgresPatience });
  // Connection trouble surfaces in the call that suffers from it; the emitter must not end the process.
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(queueName);
  const send = async (payload: Payload): Promise<void> => {
    await boss.send(queueName, payload, { expireInHours, retryLimit: 0 });
  };
  const attempts = new Map<string, number>();
  return {
    enqueue: (run) => send({ run, attempt: 1 }),
    async ensure(run) {
      const { rows } = await boss.getDb().executeSql(standingJob, [queueName, run, leaseMs]);
      // two that look at once may both send it: whoever comes second finds the run taken
      if (rows.length === 0) await send({ run, attempt: (attempts.get(run) ?? 0) + 1 });
    },
    async claim() {
      const job = await fetchJob(boss);
      if (!job) return null;
      attempts.set(job.data.run, job.data.attempt);
      return { run: job.data.run, ticket: job.id, attempt: job.data.attempt };
    },
    async heartbeat(job) {
      const found = await boss.getJobById(queueName, job.ticket);
      return found?.state === 'active';
    },
    async complete(job) {
      await boss.complete(queueName, job.ticket);
    },
    release: (run) => send({ run, attempt: (attempts.get(run) ?? 1) + 1 }),
    close: () => boss.stop({ graceful: false, wait: true }),
  };
}

/** The next job. `fetch` says "none" too when its statement fails, so the failure is caught on its way. */
async function fetchJob(boss: PgBoss): Promise<PgBoss.Job<Payload> | null> {
  let failure: unknown = null;
  const db: PgBoss.Db = {
    executeSql: (text, values) =>
      boss
        .getDb()
        .executeSql(text, values)
        .catch((cause: unknown) => {
          failure = cause;
          throw cause;
        }),
  };
  const [job] = await boss.fetch<Payload>(queueName, { batchSize: 1, db });
  if (failure !== null) throw failure;
  return job ?? null;
}
