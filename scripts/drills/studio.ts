import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { programRoot } from '../../lib/home';
import { childrenOf, commandOf } from './processes';

/** As whom a program runs: the user who started the drill, or, when that is root, somebody without rights. */
export interface Person {
  readonly name: 'root' | 'ordinary user';
  /** what stands before the command line */
  readonly prefix: readonly string[];
  readonly uid: number;
}

const nobody = 65534;

export const me = (): Person => ({
  name: process.getuid?.() === 0 ? 'root' : 'ordinary user',
  prefix: [],
  uid: process.getuid?.() ?? 0,
});

/** Root drills both; anybody else only himself. */
export function people(): readonly Person[] {
  if (me().name !== 'root') return [me()];
  const change = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
  return [me(), { name: 'ordinary user', prefix: change, uid: nobody }];
}

/** Where and as whom the product runs. */
export interface Place {
  /** PREFIX_STUDIO_HOME */
  readonly home: string;
  readonly person: Person;
  /** further variables of the environment */
  readonly environment: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** it did not end within its time and was killed */
  readonly hung: boolean;
}

export interface CommandOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  /** called with the started process, for killing or interrupting it */
  readonly onStart?: (child: ChildProcess) => void;
  readonly onOutput?: (text: string) => void;
  /** put around the command, for instance a terminal */
  readonly around?: (command: readonly string[]) => readonly string[];
}

const mostOutput = 64 * 1024 * 1024;

function environmentOf({ home, person, environment }: Place): NodeJS.ProcessEnv {
  const { PATH, LANG, TMPDIR } = process.env;
  return {
    NODE_ENV: 'production',
    PATH,
    LANG,
    ...(TMPDIR !== undefined && { TMPDIR }),
    HOME: person.uid === 0 ? '/root' : home,
    PREFIX_STUDIO_HOME: home,
    NO_COLOR: '1',
    ...environment,
  };
}

/** Runs the command line to its end, or for `timeoutMs`. */
export function command(place: Place, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const plain = [process.execPath, join(programRoot(), 'bin/prefix-studio.mjs'), ...args];
  const words = [...place.person.prefix, ...(options.around?.(plain) ?? plain)];
  const started = performance.now();
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: programRoot(),
    env: environmentOf(place),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  options.onStart?.(child);
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text: string) => {
      if (output[name].length < mostOutput) output[name] += text;
      options.onOutput?.(text);
    });
  }
  return new Promise((resolve, reject) => {
    let hung = false;
    const cutOff = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 120_000);
    child.once('error', reject);
    // `exit` and not `close`: an orphan that holds the pipe must not hold the drill
    child.once('exit', (status, signal) => {
      clearTimeout(cutOff);
      setImmediate(() => resolve({ status, signal, ...output, durationMs: performance.now() - started, hung }));
    });
  });
}

const startMs = 120_000;

/** The real server in a process of its own. What it prints is kept over restarts. */
export class Studio {
  private child: ChildProcess | null = null;
  private port = 0;
  output = '';

  constructor(readonly place: Place) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (!this.child?.pid) throw new Error('the server is not running');
    return this.child.pid;
  }

  /** The build worker that belongs to it; null while there is none. */
  get workerPid(): number | null {
    return childrenOf(this.pid).find((pid) => commandOf(pid).includes('/worker/')) ?? null;
  }

  /** Listens on a free port, after a restart on the same one. */
  async start(): Promise<void> {
    const words = [
      ...this.place.person.prefix,
      process.execPath,
      join(programRoot(), 'bin/prefix-studio.mjs'),
      ...['serve', '--port', `${this.port}`, '--json'],
    ];
    const child = spawn(words[0] ?? '', words.slice(1), {
      cwd: programRoot(),
      env: environmentOf(this.place),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const before = this.output.length;
    this.port = await new Promise<number>((resolve, reject) => {
      const tooLong = setTimeout(() => reject(new Error(`the server did not start:\n${this.output}`)), startMs);
      const take = (chunk: Buffer): void => {
        if (this.output.length < mostOutput) this.output += chunk.toString('utf8');
        const found = /\{"url":"http:\/\/[^":]+:(\d+)/.exec(this.output.slice(before))?.[1];
        if (found === undefined) return;
        clearTimeout(tooLong);
        resolve(Number(found));
      };
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
      child.once('exit', (code) => reject(new Error(`the server ended with status ${code}:\n${this.output}`)));
    });
  }

  /** Ends it as an operator does (SIGTERM) or as a power cut does (SIGKILL). */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
  }

  /** One request of the API, on a connection of its own: none is left over from before a restart. `body` is sent as JSON. */
  call(path: string, init: { method?: string; body?: unknown; timeoutMs?: number } = {}): Promise<Answer> {
    const body = init.body === undefined ? null : JSON.stringify(init.body);
    const options = {
      method: init.method ?? (body === null ? 'GET' : 'POST'),
      agent: false as const,
      headers: body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(init.timeoutMs ?? 120_000),
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.once('error', reject);
      });
      sent.once('error', reject);
      sent.end(body ?? undefined);
    });
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}
