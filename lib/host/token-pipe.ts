import { execFile } from 'node:child_process';
import { chownSync, closeSync, constants, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildUser } from './build-user';
import { plainEnvironment } from './plain-environment';

/** A pipe in which tokens lie: who takes one may do one thing at a time more, and puts it back afterwards. */
export interface TokenPipe {
  /** Takes out what lies there, whoever put it in, and says how many. */
  drain(): number;
  give(count: number): void;
  close(): void;
}

const run = promisify(execFile);

/** A pipe of Linux holds 65,536 bytes; what is more than a reading takes is left for the next. */
const readingBytes = 4096;

const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN';

/** FIFOs that one process makes at once, for packages to come. */
const pipesAtOnce = 16;

/** Token pipes of a run, each used once. Those that wait for their package stand in a folder of their own. */
export class TokenPipes {
  private readonly spare: string[] = [];
  private making: Promise<void> | null = null;
  private made = 0;

  constructor(private readonly folder: string) {}

  /** A new pipe at `path`. Throws what making it throws. */
  async make(path: string): Promise<TokenPipe> {
    for (;;) {
      const spare = this.spare.pop();
      if (spare !== undefined) {
        renameSync(spare, path);
        return openTokenPipe(path);
      }
      this.making ??= this.fill().finally(() => {
        this.making = null;
      });
      await this.making;
    }
  }

  private async fill(): Promise<void> {
    if (this.made === 0) rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    const paths = Array.from({ length: pipesAtOnce }, (_, at) => join(this.folder, `${this.made + at}`));
    this.made += pipesAtOnce;
    await makeFifos(paths);
    this.spare.push(...paths);
  }

  /** Removes those that nobody wanted. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes FIFOs that only this user can open. Throws what `mkfifo` throws. */
export async function makeFifos(paths: readonly string[]): Promise<void> {
  await run('mkfifo', ['--mode=0600', '--', ...paths], { env: plainEnvironment });
}

/** A pipe of its own at `path`. */
export async function makeTokenPipe(path: string): Promise<TokenPipe> {
  rmSync(path, { force: true });
  await makeFifos([path]);
  return openTokenPipe(path);
}

/**
 * Lets one sandbox read and write a FIFO, by its user alone. Nothing that is done at its other end makes us wait: ours is
 * opened for both directions and never blocks.
 */
function openTokenPipe(path: string): TokenPipe {
  const user = buildUser();
  if (user) chownSync(path, user.uid, user.gid);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
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
    close() {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
  };
}
