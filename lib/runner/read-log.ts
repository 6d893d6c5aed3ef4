import { type FileHandle, open, readdir } from 'node:fs/promises';
import type { LogFile, LogRange } from '../api/wire';
import { RunnerError } from './errors';
import { entryBytes, idOfFile, logPath, newlines, pieceBytes, stride } from './log-files';
import { LineWindow } from './log-lines';

/** A log that is open for reading. Nothing of it is held in memory. */
export interface OpenLog {
  readonly path: string;
  readonly sizeBytes: number;
  /** differs when something was written meanwhile */
  readonly stamp: string;
  /** complete lines; what stands behind the last entry of the index is read for it */
  total(): Promise<number>;
  /** byte at which the block of a line (0-based) starts, and the first line of that block */
  blockOf(line: number): Promise<{ readonly start: number; readonly first: number }>;
  /** content from a byte on; a piece holds good until the next is asked for */
  pieces(from: number): AsyncGenerator<Buffer>;
}

/** Opens a log, hands it to `use` and closes it. Throws LOG_UNKNOWN. */
export async function withLog<T>(folder: string, id: string | null, use: (log: OpenLog) => Promise<T>): Promise<T> {
  const log = await openLog(folder, id);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** As `withLog`, for who reads on for longer: `close` is the caller's to call. Throws LOG_UNKNOWN. */
export async function openLog(
  folder: string,
  id: string | null,
): Promise<OpenLog & { readonly close: () => Promise<void> }> {
  const path = logPath(folder, id);
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) {
    throw new RunnerError('LOG_UNKNOWN', `There is no log of \`${id ?? 'the run'}\`.`, {
      hint: 'It appears when the package starts.',
    });
  }
  const index = await open(`${path}.index`, 'r').catch(() => null);
  const close = async (): Promise<void> => {
    await Promise.all([handle.close(), index?.close()]);
  };
  try {
    const [{ size, ino, mtimeMs }, indexed] = await Promise.all([handle.stat(), index?.stat()]);
    const entries = Math.floor((indexed?.size ?? 0) / entryBytes);
    const offset = (block: number): Promise<number> =>
      block === 0 || index === null ? Promise.resolve(0) : readOffset(index, block - 1);
    const pieces = (from: number): AsyncGenerator<Buffer> => piecesOf(handle, from, size);
    return {
      path,
      sizeBytes: size,
      stamp: `${ino.toString(36)}-${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}`,
      async total() {
        let total = entries * stride;
        for await (const piece of pieces(await offset(entries))) total += newlines(piece);
        return total;
      },
      async blockOf(line) {
        const block = Math.min(entries, Math.floor(line / stride));
        return { start: await offset(block), first: block * stride };
      },
      pieces,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readOffset(index: FileHandle, entry: number): Promise<number> {
  const { buffer } = await index.read(Buffer.alloc(entryBytes), 0, entryBytes, entry * entryBytes);
  return Number(buffer.readBigUInt64LE());
}

/** Each piece is read by a thread of the pool, so that others have their turn in between. */
async function* piecesOf(handle: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  const room = Buffer.allocUnsafe(pieceBytes);
  for (let at = from; at < to; ) {
    const { bytesRead } = await handle.read(room, 0, Math.min(pieceBytes, to - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield room.subarray(0, bytesRead);
  }
}

/** All logs of a run, the run's own first. */
export async function listLogs(folder: string): Promise<readonly LogFile[]> {
  const names = await readdir(folder).catch(() => []);
  const found: LogFile[] = [];
  for (const name of names.sort()) {
    const id = idOfFile(name);
    if (id === undefined) continue;
    found.push(await withLog(folder, id, async (log) => ({ id, lines: await log.total(), sizeBytes: log.sizeBytes })));
  }
  return found.sort((a, b) => Number(a.id !== null) - Number(b.id !== null));
}

/**
 * Lines `from` (1-based) and after, at most `count`, and fewer when they are very long; `from` beyond the end gives none.
 * Throws LOG_UNKNOWN.
 */
export function readLogRange(folder: string, id: string | null, from: number, count: number): Promise<LogRange> {
  return withLog(folder, id, async (log) => {
    const start = Math.max(1, from);
    const total = await log.total();
    if (start > total || count <= 0) return { id, from: start, lines: [], total };
    const block = await log.blockOf(start - 1);
    const window = new LineWindow(block.first + 1, start, count);
    for await (const piece of log.pieces(block.start)) if (!window.take(piece)) break;
    return { id, from: start, lines: window.lines, total };
  });
}

/** The last `count` lines. Throws LOG_UNKNOWN. */
export async function readLogTail(folder: string, id: string | null, count: number): Promise<LogRange> {
  const total = await withLog(folder, id, (log) => log.total());
  return readLogRange(folder, id, Math.max(1, total - count + 1), count);
}
