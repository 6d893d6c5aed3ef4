import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { makeFifos } from '../../host/token-pipe';

/** What a tracer writes, read as it comes. */
export interface TracePipe {
  /** all was read that was written; whoever wrote has ended. Answers whether anything was dropped. */
  end(): Promise<{ readonly isCut: boolean }>;
}

/**
 * Makes a FIFO at `path` and hands on the first `mostBytes` of what is written to it. The rest is read and dropped, so that the
 * writer goes on and neither disk nor memory fills. `end` must be called; it removes the FIFO. Throws what `mkfifo` throws.
 */
export async function openTracePipe(
  path: string,
  mostBytes: number,
  onText: (text: string) => void,
): Promise<TracePipe> {
  await makeFifos([path]);
  const open = (mode: number): number => openSync(path, mode | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const reading = open(constants.O_RDONLY);
  // as long as we hold its other end, it has no end for us
  const holding = open(constants.O_WRONLY);
  const socket = new Socket({ fd: reading, readable: true, writable: false });
  const closed = new Promise<void>((resolve, reject) => socket.once('error', reject).once('close', () => resolve()));
  closed.catch(() => {});
  let room = mostBytes;
  let isCut = false;
  socket.on('data', (bytes: Buffer) => {
    isCut ||= bytes.length > room;
    const kept = bytes.subarray(0, room);
    room -= kept.length;
    if (kept.length > 0) onText(kept.toString('latin1'));
  });
  return {
    async end() {
      closeSync(holding);
      rmSync(path, { force: true });
      await closed;
      return { isCut };
    },
  };
}
