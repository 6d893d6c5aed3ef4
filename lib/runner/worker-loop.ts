import { setTimeout as wait } from 'node:timers/promises';
import { openQueue, type StudioDatabase } from '../db/index';
import { performRun } from './perform-run';
import { recoverRuns } from './recover';
import { WorkerPresence } from './worker-presence';

const leaseMs = 20_000;
const pollMs = 250;
const heartbeatMs = 5_000;
const recoverEveryMs = 10_000;

/** Takes runs from the queue, one at a time, until `shutdown`. Looks for runs of dead workers now and then. */
export async function workUntil(studio: StudioDatabase, home: string, shutdown: AbortSignal): Promise<void> {
  const queue = await openQueue(studio, { leaseMs, now: Date.now });
  const presence = await WorkerPresence.join(studio, 'server');
  let recoveredAt = Number.NEGATIVE_INFINITY;
  try {
    while (!shutdown.aborted) {
      if (performance.now() - recoveredAt > recoverEveryMs) {
        await recoverRuns(studio, queue, new Date());
        recoveredAt = performance.now();
      }
      const job = await queue.claim(presence.id);
      if (!job) {
        await wait(pollMs, undefined, { signal: shutdown }).catch(() => {});
        continue;
      }
      await presence.busyWith(job.run);
      const beat = setInterval(() => {
        // the run itself notices when it was given away
        queue.heartbeat(job, presence.id).catch(() => {});
      }, heartbeatMs);
      try {
        const outcome = await performRun(studio, job.run, { home, worker: presence.id, shutdown });
        await queue.complete(job);
        if (outcome.kind === 'locked' || outcome.kind === 'unfinished') await queue.release(job.run);
        if (outcome.kind === 'locked') await wait(1000, undefined, { signal: shutdown }).catch(() => {});
      } finally {
        clearInterval(beat);
        await presence.busyWith(null);
      }
    }
  } finally {
    await presence.leave();
    await queue.close();
  }
}
