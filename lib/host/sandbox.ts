import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { sampleResidentBytes } from './resource-sample';
import { type SandboxMount, viewArguments } from './sandbox-mounts';

export type { SandboxMount } from './sandbox-mounts';

export interface SandboxRequest {
  readonly mounts: readonly SandboxMount[];
  readonly command: readonly string[];
  /** the whole environment; nothing of the caller's is passed on */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly signal?: AbortSignal;
  /** output and errors as they come, in one stream */
  readonly onOutput: (text: string) => void;
  /** records that the command writes to descriptor 3; an answer goes to its descriptor 4 as one line */
  readonly onRecord?: (fields: readonly string[], answer: (line: string) => void) => void;
  /** what is written to the standard input; absent: empty */
  readonly input?: string;
}

export interface SandboxResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly isCancelled: boolean;
  readonly durationMs: number;
  /** highest sum of the resident memory of all its processes, seen at samples about a second apart */
  readonly peakRssBytes: number;
}

/** How long a cancelled build may take to end by itself. */
const graceMs = 3000;
const sampleMs = 1000;

/**
 * The whole bubblewrap command line. No network, own process and IPC namespaces, private /tmp, /dev and /proc, nothing
 * writable but what `mounts` says. The command runs as user 0 of a user namespace that maps to the user who
 * started it, without any capability: a build of root has no more rights than anybody's, and files look root-owned.
 */
export function bubblewrapArguments(
  request: Pick<SandboxRequest, 'mounts' | 'workingDirectory' | 'environment' | 'command'>,
): readonly string[] {
  const environment = Object.entries(request.environment).flatMap(([name, value]) => ['--setenv', name, value]);
  return [
    '--unshare-user',
    '--uid',
    '0',
    '--gid',
    '0',
    '--unshare-pid',
    '--unshare-net',
    '--unshare-ipc',
    '--unshare-uts',
    '--hostname',
    'localhost',
    '--cap-drop',
    'ALL',
    '--die-with-parent',
    '--clearenv',
    ...environment,
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--perms',
    '1777',
    '--tmpfs',
    '/tmp',
    ...viewArguments(request.mounts),
    '--remount-ro',
    '/',
    '--chdir',
    request.workingDirectory,
    '--',
    ...request.command,
  ];
}

/** Runs a command in the sandbox, in a process group of its own. Cancelling sends SIGTERM to the group, waits, then SIGKILL. */
export function runSandboxed(request: SandboxRequest): Promise<SandboxResult> {
  const started = performance.now();
  if (request.signal?.aborted) {
    return Promise.resolve({ exitCode: null, signal: null, isCancelled: true, durationMs: 0, peakRssBytes: 0 });
  }
  const stdio: StdioOptions = [request.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'];
  const env = { ...process.env, PATH: process.env.PATH ?? '/usr/bin:/bin' };
  const child = spawn('bwrap', bubblewrapArguments(request), { detached: true, env, stdio });
  connectStreams(child, request);
  const group = new ProcessGroup(child);
  const cancel = (): void => group.stop();
  request.signal?.addEventListener('abort', cancel, { once: true });

  let peakRssBytes = 0;
  const sampler = setInterval(() => {
    if (child.pid) peakRssBytes = Math.max(peakRssBytes, sampleResidentBytes(child.pid));
  }, sampleMs);
  sampler.unref();

  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearInterval(sampler);
      group.forget();
      request.signal?.removeEventListener('abort', cancel);
    };
    child.once('error', (cause) => {
      settle();
      reject(cause);
    });
    child.once('close', (exitCode, signal) => {
      settle();
      const durationMs = Math.round(performance.now() - started);
      resolve({ exitCode, signal, isCancelled: request.signal?.aborted ?? false, durationMs, peakRssBytes });
    });
  });
}

/** Ends a child and everything below it. */
class ProcessGroup {
  #killer: NodeJS.Timeout | undefined;

  constructor(private readonly child: ChildProcess) {}

  stop(): void {
    this.#send('SIGTERM');
    this.#killer = setTimeout(() => this.#send('SIGKILL'), graceMs);
  }

  forget(): void {
    clearTimeout(this.#killer);
  }

  #send(signal: NodeJS.Signals): void {
    if (!this.child.pid) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // the group is gone already
    }
  }
}

function connectStreams(child: ChildProcess, request: SandboxRequest): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', request.onOutput);
  }
  if (request.input !== undefined) child.stdin?.end(request.input);
  const records = child.stdio[3] as Readable;
  const answers = child.stdio[4] as Writable;
  // a command that ends without reading its answer is no error of ours
  answers.on('error', () => {});
  readRecords(records, (fields) => request.onRecord?.(fields, (line) => answers.write(`${line}\n`)));
}

const unitSeparator = '\x1f';
const recordSeparator = '\x1e';

function readRecords(stream: Readable, onRecord: (fields: readonly string[]) => void): void {
  let pending = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const records = (pending + text).split(recordSeparator);
    pending = records.pop() ?? '';
    for (const record of records) onRecord(record.split(unitSeparator).slice(0, -1));
  });
}

export type SandboxProbe =
  | { readonly kind: 'usable' }
  | { readonly kind: 'unusable'; readonly reason: string; readonly hint: string };

/** Can ebuilds run here? Starts an empty sandbox. */
export async function probeSandbox(): Promise<SandboxProbe> {
  let output = '';
  try {
    const result = await runSandboxed({
      mounts: [],
      command: ['/bin/bash', '-c', ':'],
      environment: {},
      workingDirectory: '/',
      onOutput: (text) => {
        output += text;
      },
    });
    if (result.exitCode === 0) return { kind: 'usable' };
    return {
      kind: 'unusable',
      reason: output.trim() || `bwrap ended with status ${result.exitCode}`,
      hint: 'Allow unprivileged user namespaces: on Debian and Ubuntu `sysctl kernel.unprivileged_userns_clone=1` or an AppArmor profile for bwrap; in a container run it with user namespaces allowed.',
    };
  } catch {
    return { kind: 'unusable', reason: '`bwrap` cannot be started', hint: 'Install bubblewrap.' };
  }
}
