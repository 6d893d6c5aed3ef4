import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of PostgreSQL's server programs, or null where none is installed. */
export function postgresPrograms(): string | null {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return null;
  const folders = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  return folders.map((name) => join(base, name, 'bin')).find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** The server refuses to run as root, so root lends it an ordinary user. */
function ordinaryUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // the next name
    }
  }
  throw new Error('neither a user postgres nor nobody exists');
}

function sparePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export interface PostgresServer {
  readonly url: string;
  /** Ends it; its data stay for `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** A throw-away server on a spare loopback port; its data lie in a temporary folder and go with `stop`. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const user = ordinaryUser();
  const folder = mkdtempSync(join(tmpdir(), 'studio-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'studio', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...user,
    cwd: folder,
    env: environment,
    stdio: 'pipe',
  });
  const port = await sparePort();
  const options = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'];
  const run = (): Promise<ChildProcess> =>
    ready(
      spawn(join(programs, 'postgres'), options, {
        ...user,
        cwd: folder,
        env: environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    );
  let server = await run();
  const down = async (): Promise<void> => {
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    server.kill('SIGINT');
    await ended;
  };
  return {
    url: `postgresql://studio@127.0.0.1:${port}/postgres`,
    down,
    async up() {
      server = await run();
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) await down();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('ready to accept connections')) resolve(server);
    });
    server.once('exit', (code: number | null) => reject(new Error(`postgres ended with ${code}: ${text}`)));
  });
}
