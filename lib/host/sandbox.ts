import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type BuildUser, buildUser } from './build-user';
import { ControlGroup } from './control-group';
import { drained } from './drained';
import { endNamespace } from './end-namespace';
import { plainEnvironment } from './plain-environment';
import { readRecords } from './records';
import { launchedBy, sandboxCommandLine } from './sandbox-command';
import { gateDescriptor, gateKeeper, gatePidDescriptor } from './sandbox-gate';
import {
  type LimitExceeded,
  type LimitName,
  limitsOf,
  limitText,
  type SandboxLimits,
  type SandboxProfile,
} from './sandbox-limits';
import type { SandboxMount } from './sandbox-mounts';
import { isMissingProgram, isScarcity, notStarted, SandboxStatus } from './sandbox-status';
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
  /** it believes to be an ordinary user, as which it is treated: root would count on what no permission stops; default: root */
  readonly isOrdinary?: boolean;
  /** answers many questions: time is measured by who asks, and processor time not summed up; default: no */
  readonly isLasting?: boolean;
  readonly signal?: AbortSignal;
  /** a trusted program that gets the command line of the sandbox as its last arguments and starts it */
  readonly launcher?: readonly string[];
  /** records that the command writes to descriptor 3 */
  readonly onRecord?: RecordTaker;
  /** the command reads lines of the caller from descriptor 7 */
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
  /** the limit that ended it, or seems to have done so */
  readonly exceeded: LimitExceeded | null;
  /** false: the sandbox broke off before the command began, so that its status says nothing of the command */
  readonly didBegin: boolean;
  readonly durationMs: number;
  /** highest sum of the resident memory of all its processes, seen at samples half a second apart */
  readonly peakRssBytes: number;
}

/** A command that runs in the sandbox. */
export interface RunningSandbox {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** descriptor 7 of the command; null: it has none */
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
const statusDescriptor = 6;
const controlDescriptor = 7;

/** Resolves when there is room for more, or nobody reads any longer. */
async function writeLine(stream: Writable, line: string): Promise<void> {
  if (!stream.destroyed && !stream.write(`${line}\n`)) await drained(stream);
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

/** A start takes milliseconds, on a machine with a thousand busy processes some seconds. */
const mostStartMs = 120_000;

/** How long to wait, in milliseconds, before a machine that refused a sandbox is asked again. */
const pausesMs = [50, 100, 200, 400, 800, 1600, 3200, 3200];

/**
 * Starts a command in the sandbox: no uid 0 of this machine, no capability, no network, no environment or process of the
 * host, no new privileges, a system-call filter, and the limits of the profile. It is there when this resolves; a machine that
 * is out of processes or memory is asked again for some seconds. Throws SETTING_INVALID, SANDBOX_REFUSED.
 */
export async function startSandbox(start: SandboxStart): Promise<RunningSandbox> {
  const user = buildUser();
  const mounts = await prepareMounts(start.mounts, user);
  for (const pauseMs of [...pausesMs, null]) {
    const made = await makeSandbox({ ...start, mounts }, user);
    if (made.kind === 'running') return made.running;
    if (pauseMs === null || !isScarcity(made.words)) throw notStarted(made.words);
    await pause(pauseMs, undefined, { signal: start.signal }).catch(() => undefined);
  }
  throw new Error('unreachable');
}

/** `words`: what was said of why there is none. */
type Made =
  | { readonly kind: 'running'; readonly running: RunningSandbox }
  | { readonly kind: 'refused'; readonly words: string };

/**
 * Keeps what comes from a stream until somebody reads it: at the end of a child, Node throws away what nobody has asked for by
 * then. Returns how to let go.
 */
function keepUnread(...streams: readonly Readable[]): () => void {
  const keep = (): void => {};
  for (const stream of streams) stream.on('readable', keep);
  return () => {
    for (const stream of streams) stream.off('readable', keep);
  };
}

/** The first six are always pipes, as is the status; one that nobody needs is not there, or nothing where others follow. */
function pipesFor(needed: { readonly control: boolean; readonly gate: boolean }): ('pipe' | 'ignore')[] {
  const pipes = Array.from({ length: statusDescriptor + 1 }, () => 'pipe' as const);
  if (needed.gate) return [...pipes, needed.control ? 'pipe' : 'ignore', 'pipe'];
  return needed.control ? [...pipes, 'pipe'] : pipes;
}

async function makeSandbox(start: SandboxStart, user: BuildUser | null): Promise<Made> {
  const own = limitsOf(start.profile);
  const limits = start.isLasting ? { ...own, processor: Number.POSITIVE_INFINITY } : own;
  const group = ControlGroup.open(limits);
  const filter = syscallFilter(group?.controllers.includes('memory'));
  const view = start.view ?? 'programs';
  const keeper = view === 'bare' ? gateKeeper(limits, user) : null;
  const line = sandboxCommandLine({
    mounts: start.mounts,
    view,
    command: start.command,
    environment: start.environment,
    workingDirectory: start.workingDirectory,
    limits,
    user,
    isOrdinary: start.isOrdinary,
    filterDescriptor: filter ? filterDescriptor : null,
    statusDescriptor,
    gateDescriptor: keeper ? gateDescriptor : null,
  });
  const before = [...(group?.entrance ?? []), ...(keeper ?? []), ...launchedBy(start.launcher ?? [])];
  const [program = '', ...args] = [...before, ...line];
  const stdio = pipesFor({ control: start.hasControl === true, gate: keeper !== null });
  let running: Running;
  try {
    const child = spawn(program, args, { cwd: '/', detached: true, env: plainEnvironment, stdio });
    await once(child, 'spawn');
    running = new Running(child, start, limits, group, filter);
  } catch (error) {
    group?.remove();
    const words = error instanceof Error ? error.message : String(error);
    if (isScarcity(words)) return { kind: 'refused', words };
    throw error;
  }
  const letGo = keepUnread(running.stdout, running.stderr);
  const late = setTimeout(() => running.kill(), mostStartMs);
  const isThere = await running.isThere;
  clearTimeout(late);
  letGo();
  if (isThere) return { kind: 'running', running };
  return { kind: 'refused', words: await running.lastWords() };
}

class Running implements RunningSandbox {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly control: Writable | null;
  readonly ended: Promise<SandboxResult>;
  /** false: it broke off before there was a process in it, and nobody ended it */
  readonly isThere: Promise<boolean>;
  readonly #status: SandboxStatus;
  #exceeded: LimitExceeded | null = null;
  #isKilled = false;
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
    const pipes = child.stdio as unknown as readonly (Readable & Writable)[];
    this.control = start.hasControl ? (pipes[controlDescriptor] ?? null) : null;
    this.control?.on('error', () => {});
    const gate: Writable | undefined = pipes[gatePidDescriptor];
    gate?.on('error', () => {});
    const status = pipes[statusDescriptor] as Readable;
    this.#status = new SandboxStatus(status, (pid) => {
      if (this.#isKilled) endNamespace(pid);
      gate?.end(`${pid}\n`);
    });
    child.once('exit', () => {
      gate?.end();
      // what a failing start leaves behind would hold its pipes
      if (!this.#status.hasProcess) this.kill();
    });
    this.isThere = new Promise((resolve) => {
      const told = (): void => resolve(this.#status.hasProcess || this.#isEnded);
      status.on('data', told).once('close', told);
    });
    this.#connect(filter);
    this.ended = this.#end();
    // whoever does not wait for the end must not bring the process down
    this.ended.catch(() => {});
  }

  /** What it and its makers said, to the end. */
  async lastWords(): Promise<string> {
    let words = '';
    for (const stream of [this.stdout, this.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        words = (words + text).slice(-lastWords);
      });
    }
    await this.ended;
    return words;
  }

  exceed(limit: LimitName): void {
    this.#exceeded ??= { profile: this.start.profile, limit, value: this.limits[limit] };
    this.kill();
  }

  /**
   * bubblewrap ends its child when it dies, and the kernel all others of the child's process namespace. But the child begins a
   * session of its own and starts the command before it asks the kernel for that: whoever kills its parent in between kills
   * nobody else. So the child is ended, too.
   */
  kill(): void {
    this.#isKilled = true;
    this.group?.kill();
    if (!this.child.pid) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // the group is gone already
    }
    if (this.#status.pid !== null) endNamespace(this.#status.pid);
  }

  /** Somebody here ended it. */
  get #isEnded(): boolean {
    return this.#exceeded !== null || this.start.signal?.aborted === true;
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
          didBegin: this.#status.hasExitCode || endSignal !== null || this.#isEnded,
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
  didBegin: true,
  durationMs: 0,
  peakRssBytes: 0,
};

/**
 * Runs a command in the sandbox to its end, which is its own, a limit's or a cancel's. Throws SETTING_INVALID, and SANDBOX_REFUSED
 * when the command did not begin: never does the command get the blame for that.
 */
export async function runSandboxed(request: SandboxRequest): Promise<SandboxResult> {
  if (request.signal?.aborted) return cancelled;
  const running = await startSandbox(request);
  const wall = setTimeout(() => running.exceed('wall'), Math.min(running.limits.wall * 1000, 2 ** 31 - 1));
  const meter = new OutputMeter(running, request.onOutput);
  const fed = feed(running.stdin, request.input ?? '');
  try {
    const result = await running.ended;
    await Promise.all([fed, meter.done]);
    if (!result.didBegin && !isMissingProgram(meter.lastWords)) throw notStarted(meter.lastWords);
    if (result.exitCode === 0 || result.exceeded !== null) return result;
    const limit = limitTold(meter.lastWords);
    if (limit === null) return result;
    return { ...result, exceeded: { profile: request.profile, limit, value: running.limits[limit], isHearsay: true } };
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
/** And of a process that the limit refused: EAGAIN of fork and clone. */
const noForkWords = /\b(?:v?fork|clone|pthread_create|thread)\b.{0,80}Resource temporarily unavailable/i;

/** The kernel tells who wrote or forked only, so that nobody but the command can say it; and it may say what is not so. */
function limitTold(words: string): LimitName | null {
  if (giantFileWords.test(words)) return 'file';
  return noForkWords.test(words) ? 'processes' : null;
}

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

  get lastWords(): string {
    return this.#end;
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
