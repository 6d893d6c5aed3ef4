import { clearError } from './away';
import type { StudioDatabase } from './open';

/** A job taken by a worker. `run` is what is to be done; `ticket` names this attempt. */
export interface ClaimedJob {
  readonly run: string;
  readonly ticket: string;
  /** 1 for the first attempt */
  readonly attempt: number;
}

/**
 * Durable queue of runs, oldest first. A job that was claimed is given out again only after `release`, or when the
 * worker stopped saying that it lives (`heartbeat`) for longer than the lease.
 */
export interface JobQueue {
  enqueue(run: string): Promise<void>;
  /** Puts a run that waits into the queue unless it is there. */
  ensure(run: string): Promise<void>;
  claim(worker: string): Promise<ClaimedJob | null>;
  /** False: the job was given to another worker; stop working on it. */
  heartbeat(job: ClaimedJob, worker: string): Promise<boolean>;
  complete(job: ClaimedJob): Promise<void>;
  /** Puts a run whose worker is gone back into the queue. */
  release(run: string): Promise<void>;
  close(): Promise<void>;
}

export interface QueueOptions {
  /** how long a worker may be silent, ms */
  readonly leaseMs: number;
  /** milliseconds since the epoch */
  readonly now: () => number;
}

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
