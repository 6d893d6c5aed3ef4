import PgBoss from 'pg-boss';
import type { JobQueue } from './queue';

const queueName = 'runs';

/** No build takes a day; a worker that died earlier is noticed by its missing heartbeat and its run is released. */
const expireInHours = 23;

interface Payload {
  readonly run: string;
  readonly attempt: number;
}

/** The queue on PostgreSQL: pg-boss, so that workers on several machines share the runs. */
export async function openBossQueue(url: string): Promise<JobQueue> {
  const boss = new PgBoss({ connectionString: url, max: 4, schedule: false });
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
    // pg-boss answers only when the job is stored, and a server that cannot store it tells whoever asked
    async ensure() {},
    async claim() {
      const [job] = await boss.fetch<Payload>(queueName, { batchSize: 1 });
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
