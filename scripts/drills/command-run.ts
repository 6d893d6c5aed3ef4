import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoggedEvent } from '../../lib/api/events';
import { isProblem } from '../../lib/api/problem';

export interface CommandRun {
  readonly status: number | null;
  /** both streams as they came */
  readonly output: string;
  readonly last: {
    readonly message: string;
    readonly ok: boolean;
    readonly code?: string;
    readonly image: string | null;
  };
  readonly seconds: number;
}

export interface CommandOptions {
  readonly root: string;
  readonly home: string;
  /** called at each event while the command stands still */
  readonly onEvent?: (event: LoggedEvent) => void;
}

/** Runs `prefix-studio build FILE --json` as a user does. A line that is no event is an error of the command. */
export async function runBuildCommand(design: string, options: CommandOptions): Promise<CommandRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(options.root, 'bin/prefix-studio.mjs'), 'build', design, '--json'], {
    env: { ...process.env, PREFIX_STUDIO_HOME: options.home, PREFIX_STUDIO_ROOT: options.root, DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let last: CommandRun['last'] = { message: '', ok: false, image: null };
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    output += `${line}\n`;
    const event = parse(line);
    if (event?.kind === 'done') last = event;
    else if (isProblem(event)) last = { ok: false, image: null, message: event.detail, code: event.code };
    else if (event) whileStopped(child, () => options.onEvent?.(event));
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { status, output, last, seconds: (performance.now() - started) / 1000 };
}

function parse(line: string): LoggedEvent | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Stops the command itself; what runs in its sandboxes goes on. */
function whileStopped(child: ChildProcess, work: () => void): void {
  try {
    process.kill(child.pid as number, 'SIGSTOP');
    work();
  } finally {
    process.kill(child.pid as number, 'SIGCONT');
  }
}
