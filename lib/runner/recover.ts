import { type JobQueue, listRuns, listWorkers, readEvents, removeWorker, type StudioDatabase } from '../db/index';
import type { RunRow, WorkerRow } from '../db/schema';
import { isGone, type SilenceWatch } from './process-identity';
import { appendAsOutsider } from './run-requests';

/** A run that took its worker down so often is not tried again. */
const mostInterruptions = 5;

/**
 * Finds runs whose process is gone: the server or the machine went down. Those of the server wait again and resume with the
 * packages that are finished; those
 * of a command end, because nobody waits for them. Answers the ids of resumed runs.
 */
export async function recoverRuns(
  studio: StudioDatabase,
  queue: JobQueue,
  now: Date,
  watch: SilenceWatch,
): Promise<readonly string[]> {
  const workers = await listWorkers(studio);
  const gone = workers.filter((worker) => isGone(worker, watch));
  const alive = workers.filter((worker) => !gone.includes(worker));
  for (const worker of gone) await removeWorker(studio, worker.id);
  const resumed: string[] = [];
  for (const run of await listRuns(studio, { states: ['queued', 'running'], limit: 1000 })) {
    if (isCaredFor(run, alive)) {
      // it may have been written down when there was no room for its job
      if (run.state === 'queued' && run.origin === 'web') await queue.ensure(run.id);
      continue;
    }
    if (!(await disown(studio, run))) continue;
    if (await interrupt(studio, run, now)) {
      await queue.release(run.id);
      resumed.push(run.id);
    }
  }
  return resumed;
}

/** Does somebody still work on it, or will somebody take it? */
function isCaredFor(run: RunRow, alive: readonly WorkerRow[]): boolean {
  const owner = alive.find(({ id }) => id === run.owner);
  // those of a command wait for their command only
  if (run.state === 'queued') return run.origin === 'web' || owner !== undefined;
  // a worker says what it works on before it takes it: a run that its owner does not know of was left behind
  return owner?.run === run.id;
}

/** Only one of several recovering processes gets it. */
async function disown({ db }: StudioDatabase, run: RunRow): Promise<boolean> {
  const query = db.updateTable('runs').set({ state: 'queued', owner: null }).where('id', '=', run.id);
  const owned = run.owner === null ? query.where('owner', 'is', null) : query.where('owner', '=', run.owner);
  return (await owned.where('state', '=', run.state).returning('id').executeTakeFirst()) !== undefined;
}

/** True: the run waits again. */
async function interrupt(studio: StudioDatabase, run: RunRow, now: Date): Promise<boolean> {
  const end = async (state: 'failed' | 'cancelled', message: string): Promise<boolean> => {
    await appendAsOutsider(studio, run, now, { kind: 'done', ok: false, state, finalRoot: null, image: null, message });
    return false;
  };
  if (run.cancel === 1) return end('cancelled', 'Cancelled');
  if (run.origin === 'command') {
    return end(
      'failed',
      'The command that built it was ended from outside; start it again to continue where it stopped',
    );
  }
  const events = await readEvents(studio, run.id, 0);
  if (events.filter((event) => event.kind === 'interrupted').length >= mostInterruptions) {
    return end(
      'failed',
      `The build process ended unexpectedly ${mostInterruptions} times; the last lines of the log may say why`,
    );
  }
  await appendAsOutsider(studio, run, now, {
    kind: 'interrupted',
    message: 'The build process ended unexpectedly; finished packages are kept and the build resumes',
  });
  return true;
}
