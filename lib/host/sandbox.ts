import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BuildUser, buildUser } from './build-user';
import { ControlGroup } from './control-group';
import { plainEnvironment } from './plain-environment';
import { readRecords } from './records';
import { sandboxCommandLine } from './sandbox-command';
import {
  type LimitExceeded,
  type LimitName,
  limitsOf,
  limitText,
  type SandboxLimits,
  type SandboxProfile,
} from './sandbox-limits';
import type { SandboxMount } from './sandbox-mounts';
import { watchSandbox } from './sandbox-watch';
import { syscallFilter } from './syscall-filter';
import { giveFolder, giveOnce, giveToUser, openUp } from './user-folders';

export type { SandboxMount } from './sandbox-mounts';

/**
 * Takes a record. `answer` sends one line to the command's descriptor 4 and resolves when there is room for more. What is
 * returned is waited for before the next record is read, so that a flood of them is the command's own trouble.
 */
export type RecordTaker = (
  fields: readonly string[],
  answer: (line: string) => Promise<void>,
) => undefined | Promise<void>;

/** A command in the sandbox, before it runs. */
export interface SandboxStart {
  readonly profile: SandboxProfile;
  readonly mounts: readonly SandboxMount[];
  /** default: the build machine's programs are there, read-only; `bare`: nothing but `mounts` */
  readonly view?: 'programs' | 'bare';
  readonly command: readonly string[];
  /** the whole environment; nothing of the caller's is passed on */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** answers many questions: time is measured by who asks, and processor time not summed up; default: no */
  readonly isLasting?: boolean;
  readonly signal?: AbortSignal;
  /** a trusted program that gets the command line of the sandbox as its last arguments and starts it */
  readonly launcher?: readonly string[];
  /** records that the command writes to descriptor 3 */
  readonly onRecord?: RecordTaker;
  /** the command reads lines of the caller from descriptor 6 */
  readonly hasControl?: boolean;
}

export interface SandboxRequest extends SandboxStart {
  /** output and errors as they come, in one stream; what it returns is waited for before more is read */
  readonly onOutput: (text: string) => void | Promise<void>;
  /** what is written to the standard input; absent: empty */
  readonly input?: string | Readable;
}

export interface SandboxResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly isCancelled: boolean;
  /** the limit that ended it */
  readonly exceeded: LimitExceeded | null;
  readonly durationMs: number;
  /** highest sum of the resident memory of all its processes, seen at samples half a second apart */
  readonly peakRssBytes: number;
}

/** A command that runs in the sandbox. */
export interface RunningSandbox {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** descriptor 6 of the command; null: it has none */
  readonly control: Writable | null;
  readonly limits: SandboxLimits;
  /** Ends it and everything below it because it went beyond a limit. */
  exceed(limit: LimitName): void;
  /** Ends it and everything below it. */
  kill(): void;
  /** Rejects when bubblewrap cannot be started. */
  readonly ended: Promise<SandboxResult>;
}

const filterDescriptor = 5;

/** Resolves when there is room for more, or nobody reads any longer. */
function writeLine(stream: Writable, line: string): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.write(`${line}\n`)) return resolve();
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}

/** The mounts as they are; for root first made such that the build user can use them. */
async function prepareMounts(
  mounts: readonly SandboxMount[],
  user: BuildUser | null,
): Promise<readonly SandboxMount[]> {
  if (user === null) return mounts;
  for (const { source, access, giving = 'everything' } of mounts) {
    if (access !== 'read-write') continue;
    if (giving === 'everything') await giveToUser(source, user);
    else if (giving === 'once') await giveOnce(source, user);
    else giveFolder(source, user);
  }
  return mounts.flatMap((mount) => openUp(mount, user));
}

/**
 * Starts a command in the sandbox: no uid 0 of this machine, no capability, no network, no environment or process of the
 * host, no new privileges, a system-call filter, and the limits of the profile. Throws SETTING_INVALID.
 */
export async function startSandbox(start: SandboxStart): Promise<RunningSandbox> {
  const own = limitsOf(start.profile);
  const limits = start.isLasting ? { ...own, processor: Number.POSITIVE_INFINITY } : own;
  const user = buildUser();
  const group = ControlGroup.open(limits);
  const filter = syscallFilter(group?.controllers.includes('memory'));
  const mounts = await prepareMounts(start.mounts, user);
  const line = sandboxCommandLine({
    mounts,
    view: start.view ?? 'programs',
    command: start.command,
    environment: start.environment,
    workingDirectory: start.workingDirectory,
    limits,
    user,
    filterDescriptor: filter ? filterDescriptor : null,
  });
  const [program = '', ...args] = [...(group?.entrance ?? []), ...(start.launcher ?? []), ...line];
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    env: plainEnvironment,
    stdio: Array.from({ length: start.hasControl ? 7 : 6 }, () => 'pipe' as const),
  });
  return new Running(child, start, limits, group, filter);
}

class Running implements RunningSandbox {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly control: Writable | null;
  readonly ended: Promise<SandboxResult>;
  #exceeded: LimitExceeded | null = null;
  #peakRssBytes = 0;

  constructor(
    private readonly child: ChildProcess,
    private readonly start: SandboxStart,
    readonly limits: SandboxLimits,
    private readonly group: ControlGroup | null,
    filter: Buffer | null,
  ) {
    this.stdin = child.stdin as Writable;
    this.stdout = child.stdout as Readable;
    this.stderr = child.stderr as Readable;
    this.control = (child.stdio[6 as 4] as Writable | undefined) ?? null;
    this.control?.on('error', () => {});
    this.#connect(filter);
    this.ended = this.#end();
    // whoever does not wait for the end must not bring the process down
    this.ended.catch(() => {});
  }

  exceed(limit: LimitName): void {
    this.#exceeded ??= { profile: this.start.profile, limit, value: this.limits[limit] };
    this.kill();
  }

  /** bubblewrap ends its children when it dies, and the kernel all others of their process namespace. */
  kill(): void {
    this.group?.kill();
    if (!this.child.pid) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // the group is gone already
    }
  }

  #connect(filter: Buffer | null): void {
    const [, , , records, answers, filterPipe] = this.child.stdio as unknown as readonly [
      Writable,
      Readable,
      Readable,
      Readable,
      Writable,
      Writable,
    ];
    // a command that ends without reading is no error of ours
    for (const pipe of [this.stdin, answers, filterPipe]) pipe.on('error', () => {});
    filterPipe.end(filter ?? '');
    const { onRecord } = this.start;
    readRecords(records, (fields) => onRecord?.(fields, (line) => writeLine(answers, line)), {
      characters: this.limits.log,
      onBeyond: () => this.exceed('log'),
    });
  }

  #watch(): () => void {
    if (!this.child.pid) return () => {};
    return watchSandbox({
      pid: this.child.pid,
      limits: this.limits,
      onMemory: (bytes) => {
        this.#peakRssBytes = Math.max(this.#peakRssBytes, bytes);
      },
      onExceeded: (limit) => this.exceed(limit),
    });
  }

  #end(): Promise<SandboxResult> {
    const started = performance.now();
    const { signal } = this.start;
    const cancel = (): void => this.kill();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    const unwatch = this.#watch();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        unwatch();
        signal?.removeEventListener('abort', cancel);
      };
      this.child.once('error', (cause) => {
        settle();
        this.group?.remove();
        reject(cause);
      });
      this.child.once('close', (exitCode, endSignal) => {
        settle();
        const refused = exitCode === 0 ? null : (this.group?.exceeded ?? null);
        if (refused) this.#exceeded ??= { profile: this.start.profile, limit: refused, value: this.limits[refused] };
        this.group?.remove();
        resolve({
          exitCode,
          signal: endSignal,
          isCancelled: signal?.aborted ?? false,
          exceeded: this.#exceeded,
          durationMs: Math.round(performance.now() - started),
          peakRssBytes: this.#peakRssBytes,
        });
      });
    });
  }
}

/** What a shell, and bubblewrap, make of a command that a signal ended: 128 and its number. */
function signalOf(exitCode: number | null): string {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === (exitCode ?? 0) - 128) ?? [];
  return name === undefined ? '' : ` (${name})`;
}

/** How a command ended, as the end of a sentence: "ended with status 3", or the limit that ended it. */
export function endText({ exceeded, signal, exitCode }: SandboxResult): string {
  if (exceeded) return limitText(exceeded);
  return signal ? `was ended by ${signal}` : `ended with status ${exitCode ?? 'unknown'}${signalOf(exitCode)}`;
}

const cancelled: SandboxResult = {
  exitCode: null,
  signal: null,
  isCancelled: true,
  exceeded: null,
  durationMs: 0,
  peakRssBytes: 0,
};

/** Runs a command in the sandbox to its end, which is its own, a limit's or a cancel's. Throws SETTING_INVALID. */
export async function runSandboxed(request: SandboxRequest): Promise<SandboxResult> {
  if (request.signal?.aborted) return cancelled;
  const running = await startSandbox(request);
  const wall = setTimeout(() => running.exceed('wall'), Math.min(running.limits.wall * 1000, 2 ** 31 - 1));
  const meter = new OutputMeter(running, request.onOutput);
  const fed = feed(running.stdin, request.input ?? '');
  try {
    const result = await running.ended;
    await Promise.all([fed, meter.done]);
    if (result.exitCode === 0 || result.exceeded !== null || !meter.tellsGiantFile) return result;
    return { ...result, exceeded: { profile: request.profile, limit: 'file', value: running.limits.file } };
  } finally {
    clearTimeout(wall);
  }
}

/** A program that ends early closes its input; its status tells more than the broken pipe. */
async function feed(stdin: Writable, input: string | Readable): Promise<void> {
  if (typeof input === 'string') stdin.end(input);
  else await pipeline(input, stdin).catch(() => undefined);
}

/** What shells and programs print, last of all, of a write that the limit of a file's size refused: SIGXFSZ and EFBIG. */
const giantFileWords = /File size limit exceeded|File too large/;
const lastWords = 16_384;

/** Hands output on, no faster than it is taken, and ends what writes too much. */
class OutputMeter {
  #bytes = 0;
  #end = '';
  #taken: Promise<void> = Promise.resolve();

  constructor(
    private readonly running: RunningSandbox,
    private readonly onOutput: SandboxRequest['onOutput'],
  ) {
    for (const stream of [running.stdout, running.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => this.#take(stream, text));
    }
  }

  /** Everything that came has been taken. */
  get done(): Promise<void> {
    return this.#taken;
  }

  /** The kernel tells the writer only, so that nobody but the command can say it. */
  get tellsGiantFile(): boolean {
    return giantFileWords.test(this.#end);
  }

  #take(stream: Readable, text: string): void {
    this.#bytes += Buffer.byteLength(text);
    this.#end = (this.#end + text).slice(-lastWords);
    if (this.#bytes > this.running.limits.log) {
      this.running.exceed('log');
      return;
    }
    const taken = this.onOutput(text);
    if (!(taken instanceof Promise)) return;
    stream.pause();
    this.#taken = Promise.all([this.#taken, taken]).then(() => {
      stream.resume();
    });
  }
}
