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
