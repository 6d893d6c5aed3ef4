import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { asClause, isStudioError } from '../errors';
import { dataHome, programRoot } from '../home';
import { statusOfPage } from '../service/page-subjects';
import { closeStudioServer, studioServer } from '../service/studio-server';
import { UsageError } from './command';
import { takeAccessToken } from './front-door/access-token';
import { openFrontDoor } from './front-door/front-door';
import { isLoopbackHost } from './front-door/loopback';
import { openLocalDoor } from './local-door/local-door';
import { openNext } from './next-handler';
import type { Handler } from './same-build';
import { WorkerSupervisor } from './worker-supervisor';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** false: a taken port is an error instead of a reason to try the next one */
  readonly mayMove: boolean;
}

const portsToTry = 50;

/** Serves until SIGTERM or SIGINT. `onReady` gets the address to open, `warn` what the operator should know. */
export async function serve(
  { host: wanted, ...options }: ServeOptions,
  onReady: (url: string) => void,
  warn: (text: string) => void,
): Promise<void> {
  const host = wanted.replace(/^\[(.*)\]$/, '$1');
  // an empty name would listen on every address
  if (host === '') throw new UsageError('--host is empty; leave it out to listen on this machine only.');
  const access = (await isLoopbackHost(host)) ? null : takeAccessToken();
  const token = access?.token ?? null;
  delete process.env.PREFIX_STUDIO_TOKEN;
  if (access?.warning) warn(access.warning);
  await buildApp();
  let handle: Handler | null = null;
  const server = openFrontDoor({ token, host }, () => handle, statusOfPage);
  const port = await listen(server, { host, ...options });
  let supervisor: WorkerSupervisor;
  try {
    const [, worker] = await Promise.all([databaseAtHand(warn), bundleWorker(), bundlePlanning(), bundleCommand()]);
    supervisor = new WorkerSupervisor(worker);
    handle = await openNext({ hostname: host, port }, warn);
  } catch (error) {
    // the open door would keep the process alive, and whoever restarts it would wait for ever
    server.close();
    server.closeAllConnections();
    throw error;
  }
  supervisor.start();
  const local = await openLocalDoor(dataHome(), () => handle);
  await warmUp(server, token);
  const shown = host.includes(':') ? `[${host}]` : host;
  onReady(`http://${shown}:${port}/${token === null ? '' : `?token=${token}`}`);
  await ended();
  // commands answer by themselves from now on
  local?.close();
  await Promise.all([supervisor.stop(), closeStudioServer()]);
  server.close();
  server.closeAllConnections();
  local?.closeAllConnections();
}

const askDatabaseEveryMs = 2_000;

/** Waits for a PostgreSQL that is away while the server starts; a file that cannot be opened stays an error. */
async function databaseAtHand(warn: (text: string) => void): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      await studioServer();
      return;
    } catch (error) {
      const isAway = isStudioError(error) && ['DATABASE_OPEN', 'DATABASE_AWAY'].includes(error.code);
      if (!isAway || !process.env.DATABASE_URL) throw error;
      if (isFirst) warn(`${asClause(error.message)}. Waiting for it; pages and answers come when it is back.`);
      await wait(askDatabaseEveryMs);
    }
  }
}

/** What a first visitor asks for; the code of all routes and pages hangs together, so two are enough. */
const firstPaths = ['/api/prefixes', '/'];

/** Loads the code of routes and pages before anybody waits for it: at the first request it would silence the server. */
async function warmUp(server: Server, token: string | null): Promise<void> {
  const address = server.address();
  if (typeof address !== 'object' || address === null) return;
  const own = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address.address] ?? address.address;
  const host = own.includes(':') ? `[${own}]` : own;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  for (const path of firstPaths) {
    const answer = await fetch(`http://${host}:${address.port}${path}`, { headers }).catch(() => null);
    await answer?.text().catch(() => null);
  }
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => {
      // a second Ctrl-C ends at once
      process.once('SIGINT', () => process.exit(130));
      resolve();
    });
  });
}

async function buildApp(): Promise<void> {
  const url = pathToFileURL(join(programRoot(), 'scripts', 'build-app.mjs')).href;
  const module = (await import(url)) as { buildApp(): boolean };
  module.buildApp();
}

const bundleWorker = (): Promise<string> => bundle('lib/runner/worker-main.ts', 'worker');

/** The thread that plans; `studioServer` knows where its bundle stands. */
const bundlePlanning = (): Promise<string> => bundle('lib/runner/planning-main.ts', 'planning');

/** What commands run; who asks the server must be of the same program. */
const bundleCommand = (): Promise<string> => bundle('lib/cli/main.ts', 'command', 'whole');

async function bundle(entry: string, name: string, shape?: string): Promise<string> {
  const url = pathToFileURL(join(programRoot(), 'scripts', 'bundle.mjs')).href;
  const module = (await import(url)) as { bundle(entry: string, name: string, shape?: string): Promise<string> };
  return module.bundle(entry, name, shape);
}

/** The port it listens on: the wanted one, or the next that is free. */
async function listen(server: Server, { host, port, mayMove }: ServeOptions): Promise<number> {
  for (let candidate = port; ; candidate += 1) {
    const result = await tryListen(server, host, candidate);
    if (result === null) {
      const address = server.address();
      return typeof address === 'object' && address ? address.port : candidate;
    }
    if (result.code !== 'EADDRINUSE' || !mayMove || candidate - port >= portsToTry) throw result;
  }
}

function tryListen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve(null);
    });
  });
}
