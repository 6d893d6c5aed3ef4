import { execFile } from 'node:child_process';
import {
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildUser } from './build-user';
import { plainEnvironment } from './plain-environment';

/**
 * A pipe in which tokens lie: who takes one may do one thing at a time more. It comes back through a second pipe, or whoever
 * asks again at once would have it again before anybody else sees it.
 */
export interface TokenPipe {
  /** Takes out what lies there, whoever put it in, and says how many. */
  drain(): number;
  give(count: number): void;
  /** Calls `told` with the number of tokens that come back, as soon as they do; no further time once it answers false. */
  onReturn(told: (count: number) => boolean): void;
  /** Lets `onReturn` be told again. */
  listen(): void;
  close(): void;
}

const run = promisify(execFile);

/** A pipe of Linux holds 65,536 bytes; what is more than a reading takes is left for the next. */
const readingBytes = 4096;

const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN';

/** Where tokens of the FIFO at `path` come back. */
export const returnsOf = (path: string): string => `${path}-back`;

/** FIFOs that one process makes at once, for packages to come; two a package. */
const pipesAtOnce = 16;

/**
 * Token pipes of a run, each used once. Those that wait for their package stand in a folder of their own, and what nobody wanted
 * serves the next run. The folder is for one run at a time, and nothing in it was ever opened.
 */
export class TokenPipes {
  private readonly spare: string[] = [];
  private making: Promise<void> | null = null;

  constructor(private readonly folder: string) {}

  /** A new pipe at `path`, and one at `returnsOf(path)`. Throws what making them throws. */
  async make(path: string): Promise<TokenPipe> {
    for (;;) {
      const [taken, returned] = this.spare.splice(-2);
      if (taken !== undefined && returned !== undefined) {
        renameSync(taken, path);
        renameSync(returned, returnsOf(path));
        return openTokenPipe(path);
      }
      this.making ??= this.fill().finally(() => {
        this.making = null;
      });
      await this.making;
    }
  }

  private async fill(): Promise<void> {
    const left = this.leftOver();
    if (left.length > 0) {
      this.spare.push(...left);
      return;
    }
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    const paths = Array.from({ length: pipesAtOnce }, (_, at) => join(this.folder, `${at}`));
    await makeFifos(paths);
    this.spare.push(...paths);
  }

  /** What an earlier run left, in pairs; nothing when something else stands there, too. */
  private leftOver(): readonly string[] {
    try {
      const paths = readdirSync(this.folder).map((name) => join(this.folder, name));
      const isOurs = (path: string): boolean => {
        const { mode, uid, nlink } = lstatSync(path);
        return mode === (constants.S_IFIFO | 0o600) && uid === process.getuid?.() && nlink === 1;
      };
      return paths.length % 2 === 0 && paths.every(isOurs) ? paths : [];
    } catch {
      return [];
    }
  }
}

/** Makes FIFOs that only this user can open. Throws what `mkfifo` throws. */
export async function makeFifos(paths: readonly string[]): Promise<void> {
  await run('mkfifo', ['--mode=0600', '--', ...paths], { env: plainEnvironment });
}

/** A pipe of its own at `path`, and one at `returnsOf(path)`. */
export async function makeTokenPipe(path: string): Promise<TokenPipe> {
  const paths = [path, returnsOf(path)];
  for (const old of paths) rmSync(old, { force: true });
  await makeFifos(paths);
  return openTokenPipe(path);
}

/**
 * Lets one sandbox read and write both FIFOs, by its user alone. Nothing that is done at their other ends makes us wait: ours
 * are opened for both directions and never block.
 */
function openTokenPipe(path: string): TokenPipe {
  const back = returnsOf(path);
  const user = buildUser();
  const open = (fifo: string): number => {
    if (user) chownSync(fifo, user.uid, user.gid);
    return openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  };
  const descriptor = open(path);
  const returns = new Socket({ fd: open(back), readable: true, writable: false }).unref();
  // a FIFO that cannot be read brings nothing back
  returns.on('error', () => undefined);
  const buffer = Buffer.alloc(readingBytes);
  return {
    drain() {
      try {
        return readSync(descriptor, buffer);
      } catch (error) {
        if (isBusy(error)) return 0;
        throw error;
      }
    },
    give(count) {
      try {
        writeSync(descriptor, '+'.repeat(count));
      } catch (error) {
        // somebody filled it: there is enough to take
        if (!isBusy(error)) throw error;
      }
    },
    onReturn(told) {
      returns.on('data', ({ length }) => {
        if (!told(length)) returns.pause();
      });
    },
    listen() {
      if (returns.isPaused()) returns.resume();
    },
    close() {
      closeSync(descriptor);
      returns.destroy();
      for (const fifo of [path, back]) rmSync(fifo, { force: true });
    },
  };
}
