import { clearError } from './away';
import type { JobQueue, QueueOptions } from './job-queue';
import type { StudioDatabase } from './open';

/** The queue that fits the database: a table when embedded, pg-boss on PostgreSQL. */
export async function openQueue(studio: StudioDatabase, options: QueueOptions): Promise<JobQueue> {
  if (studio.url === null) {
    const { openTableQueue } = await import('./queue-table');
    return openTableQueue(studio, options);
  }
  const { openBossQueue } = await import('./queue-boss');
  return clearQueue(await openBossQueue(studio.url, options).catch(rethrow));
}

const rethrow = (error: unknown): never => {
  throw clearError(error);
};

/** The queue of PostgreSQL has connections of its own; a database that is away is told as by any query. */
function clearQueue(queue: JobQueue): JobQueue {
  return {
    enqueue: (run) => queue.enqueue(run).catch(rethrow),
    ensure: (run) => queue.ensure(run).catch(rethrow),
    claim: (worker) => queue.claim(worker).catch(rethrow),
    heartbeat: (job, worker) => queue.heartbeat(job, worker).catch(rethrow),
    complete: (job) => queue.complete(job).catch(rethrow),
    release: (run) => queue.release(run).catch(rethrow),
    close: () => queue.close(),
  };
}
