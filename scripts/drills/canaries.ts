import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { isAlive } from './processes';
import type { Person } from './studio';

/** Where code that got out would leave a file: see `write_outside` of the hostile overlay. */
const traces = [
  ...[
    '',
    '/etc',
    '/usr',
    '/usr/local',
    '/usr/bin',
    '/opt',
    '/var',
    '/var/tmp',
    '/root',
    '/home',
    '/srv',
    '/run',
    '/dev/shm',
  ],
  ...['/tmp', '/usr/share'],
].map((folder) => `${folder}/prefix-studio-breach`);

/**
 * Things of the host that nobody may read, change or reach: a folder with a secret, a process, a port, sockets, and a secret
 * in the environment of the product. Each trial looks whether they are still what they were.
 */
export class Canaries {
  readonly secrets: readonly string[];
  /** what the product gets as environment */
  readonly environment: Readonly<Record<string, string>>;
  port = 0;
  private connections = 0;
  private readonly before: string;
  private readonly servers: Server[] = [];
  private victim: ChildProcess | null = null;

  constructor(
    readonly folder: string,
    private readonly person: Person,
  ) {
    const [file, variable] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
    this.secrets = [file, variable];
    this.environment = { DRILL_SECRET: variable, PREFIX_STUDIO_TOKEN: variable };
    for (const name of ['', 'share', 'etc']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'secret'), `${file}\n`);
    writeFileSync(join(folder, 'share/precious'), 'precious\n');
    writeFileSync(join(folder, 'etc/harmless.conf'), 'of the host\n');
    for (const name of ['secret', 'share/precious', 'etc/harmless.conf', 'share', 'etc', '']) {
      chownSync(join(folder, name), person.uid, person.uid);
    }
    this.before = this.state();
  }

  async open(): Promise<void> {
    this.port = await this.listen(0);
    // a port that the way out of builds leaves open; whoever has it already counts for both
    for (const host of ['127.0.0.1', '::1']) await this.listen(9418, host).catch(() => 0);
    await this.listen(`\0prefix-studio-canary-${this.port}`);
    const socket = `${this.folder}.socket`;
    await this.listen(socket);
    chmodSync(socket, 0o777);
    this.startVictim();
  }

  private startVictim(): void {
    const words = [...this.person.prefix, 'sleep', '100000'];
    this.victim = spawn(words[0] ?? '', words.slice(1), { stdio: 'ignore' });
  }

  get victimPid(): number {
    return this.victim?.pid ?? 0;
  }

  private listen(where: number | string, host = '127.0.0.1'): Promise<number> {
    const server = createServer((connection) => {
      this.connections += 1;
      connection.destroy();
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const done = (): void => {
        this.servers.push(server);
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      };
      if (typeof where === 'number') server.listen(where, host, done);
      else server.listen(where, done);
    });
  }

  /** Names, kinds, modes, owners, times and contents of everything in the folder. */
  private state(folder = this.folder): string {
    if (!existsSync(folder)) return 'gone';
    const lines = readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => {
        const path = join(folder, entry.name);
        const { mode, uid, mtimeMs, nlink } = lstatSync(path);
        const content = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
        const below = entry.isDirectory() ? `\n${this.state(path)}` : '';
        return `${entry.name} ${mode} ${uid} ${mtimeMs} ${nlink} ${content}${below}`;
      });
    return lines.join('\n');
  }

  /** What is not as it was. */
  async violations(): Promise<readonly string[]> {
    const found: string[] = [];
    if (this.state() !== this.before) found.push(`files of the host were changed: ${this.state().slice(0, 500)}`);
    if (this.connections > 0) found.push(`${this.connections} connections to the host were made`);
    this.connections = 0;
    if (!isAlive(this.victimPid)) {
      found.push('a process of the host was killed');
      this.startVictim();
    }
    for (const path of traces.filter((trace) => existsSync(trace))) {
      found.push(`\`${path}\` was made`);
      await rm(path, { force: true });
    }
    return found;
  }

  /** The secrets that a text shows. */
  leaksIn(where: string, text: string): readonly string[] {
    const found = this.secrets.filter((secret) => text.includes(secret));
    const breaches = text.match(/BREACH: [^\n"]{0,100}/g) ?? [];
    return [
      ...found.map(() => `a secret of the host in ${where}`),
      ...new Set(breaches.map((word) => `${where}: ${word}`)),
    ];
  }

  async close(): Promise<void> {
    this.victim?.kill('SIGKILL');
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
