import { execFile } from 'node:child_process';
import { chownSync, closeSync, constants, openSync, readSync, rmSync, writeSync } from 'node:fs';
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

/**
 * Makes a FIFO that one sandbox may read and write, by its user alone. Nothing that is done at its other end makes us wait:
 * ours is opened for both directions and never blocks.
 */
export async function makeTokenPipe(path: string): Promise<TokenPipe> {
  rmSync(path, { force: true });
  await run('mkfifo', ['--mode=0600', '--', path], { env: plainEnvironment });
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
