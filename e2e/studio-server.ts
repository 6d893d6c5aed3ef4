import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..');
/** A server that has not started by then never will. */
const startMs = 600_000;

/** The real server in a process of its own, on a data folder of its own. */
export class StudioServer {
  private child: ChildProcess | null = null;
  url = '';

  constructor(readonly home: string) {}

  /** Process id of the server, for killing it the hard way. */
  get pid(): number {
    if (!this.child?.pid) throw new Error('the server is not running');
    return this.child.pid;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['bin/prefix-studio.mjs', 'serve', '--port', '0', '--json'], {
      cwd: project,
      env: { ...process.env, PREFIX_STUDIO_HOME: this.home, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    let output = '';
    this.url = await new Promise<string>((resolve, reject) => {
      const tooLong = setTimeout(() => reject(new Error(`the server did not start:\n${output}`)), startMs);
      const read = (chunk: Buffer) => {
        output += chunk.toString('utf8');
        const found = /\{"url":"(http[^"]+?)\/?"\}/.exec(output)?.[1];
        if (!found) return;
        clearTimeout(tooLong);
        resolve(found);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', (code) => reject(new Error(`the server ended with status ${code}:\n${output}`)));
    });
  }

  /** Ends it as an operator would. Answers the exit status. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  }
}
