import { join } from 'node:path';
import { openDatabase, openQueue } from '../db/index';
import { dataHome, programRoot } from '../home';
import { Planner } from '../runner/planner';
import { RootFiles } from '../runner/root-files';
import { emptyTrash } from '../runner/trash';
import { Trees } from '../runner/tree-answers';
import type { Here } from './here';

/** What the request handlers of one server process share. */
export interface StudioServer extends Here {
  readonly planner: Planner;
  /** aborted when the server ends, so that open streams end too */
  readonly ending: AbortController;
}

/** Route handlers are bundled apart from the server, so module variables are not shared between them; this symbol is. */
const key = Symbol.for('prefix-studio.server');
type Shared = { [key]?: Promise<StudioServer> };

async function open(): Promise<StudioServer> {
  const home = dataHome();
  const studio = await openDatabase({ home });
  const opened = await openQueue(studio, { leaseMs: 20_000, now: Date.now });
  const queue = () => Promise.resolve(opened);
  const planner = new Planner(join(programRoot(), 'dist/planning/main.mjs'), home);
  const trees = new Trees(home, planner);
  // of prefixes that were removed before a server was ended
  emptyTrash(home).catch(() => undefined);
  return { home, studio, queue, files: new RootFiles(home), planner, trees, ending: new AbortController() };
}

/** Opens the database on first use. A failure is not kept: the next call tries again. */
export function studioServer(): Promise<StudioServer> {
  const shared = globalThis as Shared;
  shared[key] ??= open().catch((error: unknown) => {
    delete shared[key];
    throw error;
  });
  return shared[key];
}

/** Ends streams and closes the database, if it was ever opened. */
export async function closeStudioServer(): Promise<void> {
  const shared = globalThis as Shared;
  const opened = shared[key];
  if (!opened) return;
  delete shared[key];
  const server = await opened;
  server.ending.abort();
  await server.planner.close();
  await (await server.queue()).close();
  await server.studio.close();
}
