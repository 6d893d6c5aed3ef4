import { openDatabase } from '../db/index';
import { dataHome } from '../home';
import { workUntil } from './worker-loop';

/** How long a stopping worker may take before it is cut off. */
const graceMs = 4_000;

/**
 * The build worker, a child of the server. It ends with it: when the channel to the server closes, for whatever reason, the
 * work is stopped, and whatever is left of this process group is killed.
 */
async function main(): Promise<void> {
  const shutdown = new AbortController();
  const stop = (): void => {
    if (shutdown.signal.aborted) return;
    shutdown.abort();
    setTimeout(endGroup, graceMs).unref();
  };
  process.on('disconnect', stop);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (!process.connected) stop();
  const studio = await openDatabase();
  await workUntil(studio, dataHome(), shutdown.signal);
  await studio.close();
  endGroup();
}

/** Kills everything this worker left behind, itself included. It leads its own process group. */
function endGroup(): never {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // not a group leader: started by hand
  }
  process.exit(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
