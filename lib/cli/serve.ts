import { randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programRoot } from '../home';
import { secretSetting } from '../host/secret-setting';
import { closeStudioServer, studioServer } from '../runner/studio-server';
import { type Handler, openNext } from './next-handler';
import { cookieName, isLoopback, judgeRequest, type Verdict } from './request-guard';
import { WorkerSupervisor } from './worker-supervisor';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** false: a taken port is an error instead of a reason to try the next one */
  readonly mayMove: boolean;
}

const portsToTry = 50;

/** Serves until SIGTERM or SIGINT. `onReady` gets the address to open. */
export async function serve(options: ServeOptions, onReady: (url: string) => void): Promise<void> {
  const token = isLoopback(options.host)
    ? null
    : (secretSetting('PREFIX_STUDIO_TOKEN') ?? randomBytes(24).toString('base64url'));
  await buildApp();
  let handle: Handler | null = null;
  const server = createServer((request, response) => {
    const verdict = judgeRequest(request, { token });
    if (verdict.kind !== 'allow') answer(response, verdict, token);
    else if (!handle) response.writeHead(503).end('starting');
    else handle(request, response).catch((error: unknown) => giveUp(response, error));
  });
  const port = await listen(server, options);
  const [, worker] = await Promise.all([studioServer(), bundleWorker(), bundlePlanning()]);
  const supervisor = new WorkerSupervisor(worker);
  handle = await openNext(options.host, port);
  supervisor.start();
  const shown = options.host.includes(':') ? `[${options.host}]` : options.host;
  onReady(`http://${shown}:${port}/${token === null ? '' : `?token=${token}`}`);
  await ended();
  await Promise.all([supervisor.stop(), closeStudioServer()]);
  server.close();
  server.closeAllConnections();
}

function giveUp(response: ServerResponse, error: unknown): void {
  console.error(error);
  if (!response.headersSent) response.writeHead(500);
  response.end();
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

async function bundle(entry: string, name: string): Promise<string> {
  const url = pathToFileURL(join(programRoot(), 'scripts', 'bundle.mjs')).href;
  const module = (await import(url)) as { bundle(entry: string, name: string): Promise<string> };
  return module.bundle(entry, name);
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

function answer(response: ServerResponse, verdict: Exclude<Verdict, { kind: 'allow' }>, token: string | null): void {
  if (verdict.kind === 'keep-token') {
    const cookie = `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`;
    response.writeHead(303, { location: verdict.location, 'set-cookie': cookie }).end();
    return;
  }
  const { status, code, message, hint } = verdict;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify({ error: { code, message, hint, details: {} } })}\n`);
}
