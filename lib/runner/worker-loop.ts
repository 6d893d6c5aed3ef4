import { setTimeout as wait } from 'node:timers/promises';
import { type ClaimedJob, type JobQueue, openQueue, type StudioDatabase } from '../db/index';
import { isStudioError } from '../errors';
import { diskErrorOf } from '../host/disk-error';
import { performRun } from './perform-run';
import { SilenceWatch } from './process-identity';
import { recoverRuns } from './recover';
import { WorkerPresence } from './worker-presence';

const leaseMs = 20_000;
const pollMs = 250;
const heartbeatMs = 5_000;
const recoverEveryMs = 10_000;

/** How long to wait after the database or the disk refused something. */
const troublePauseMs = 2_000;

/**
 * Takes runs from the queue, one at a time, until `shutdown`. Looks for runs of dead workers now and then. When the database
 * is away or the disk is full it says so once and tries again.
 */
export async function workUntil(studio: StudioDatabase, home: string, shutdown: AbortSignal): Promise<void> {
  const queue = await openQueue(studio, { leaseMs, now: Date.now });
  const presence = await WorkerPresence.join(studio, 'server');
  const worker = new Worker(studio, queue, presence, home, shutdown);
  const complaints = new Complaints(home);
  try {
    while (!shutdown.aborted) {
      const pauseMs = await worker.step().then(
        (ms) => {
          complaints.forget();
          return ms;
        },
        (error: unknown) => {
          complaints.tell(error);
          return troublePauseMs;
        },
      );
      if (pauseMs > 0) await wait(pauseMs, undefined, { signal: shutdown }).catch(() => {});
    }
  } finally {
    await presence.leave();
    await queue.close();
  }
}

class Worker {
  private readonly watch = new SilenceWatch();
  private recoveredAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly studio: StudioDatabase,
    private readonly queue: JobQueue,
    private readonly presence: WorkerPresence,
    private readonly home: string,
    private readonly shutdown: AbortSignal,
  ) {}

  /** One look at the queue; answers how long to wait before the next, ms. */
  async step(): Promise<number> {
    if (performance.now() - this.recoveredAt > recoverEveryMs) {
      await recoverRuns(this.studio, this.queue, new Date(), this.watch);
      this.recoveredAt = performance.now();
    }
    const job = await this.queue.claim(this.presence.id);
    if (!job) return pollMs;
    await this.presence.busyWith(job.run);
    const beat = setInterval(() => {
      // the run itself notices when it was given away
      this.queue.heartbeat(job, this.presence.id).catch(() => {});
    }, heartbeatMs);
    try {
      return await this.perform(job);
    } finally {
      clearInterval(beat);
      await this.presence.busyWith(null);
    }
  }

  private async perform(job: ClaimedJob): Promise<number> {
    const { studio, home, shutdown, queue } = this;
    const outcome = await performRun(studio, job.run, { home, worker: this.presence.id, shutdown });
    await queue.complete(job);
    if (outcome.kind === 'locked' || outcome.kind === 'unfinished') await queue.release(job.run);
    return outcome.kind === 'locked' ? 1000 : 0;
  }
}

/** Says on standard error what is wrong, once for each kind of trouble. */
class Complaints {
  private last = '';

  constructor(private readonly home: string) {}

  tell(error: unknown): void {
    const told = diskErrorOf(error, { path: this.home, doing: 'looking for builds' }) ?? error;
    const line = told instanceof Error ? told.message : String(told);
    // a database that goes away refuses in several ways
    const kind = isStudioError(told) && told.code === 'DATABASE_AWAY' ? told.code : line;
    if (kind !== this.last) process.stderr.write(`worker: ${line}\n`);
    this.last = kind;
  }

  forget(): void {
    this.last = '';
  }
}
