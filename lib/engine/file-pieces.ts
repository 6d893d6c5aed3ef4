import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';

/** What is larger is read in pieces of this size. Streams take a buffer of a whole piece and many turns even for a few bytes. */
const pieceBytes = 1 << 20;

/** A part of a file, in bytes. */
export interface FilePart {
  readonly offset: number;
  readonly sizeBytes: number;
}

function readWhole(file: number, { offset, sizeBytes }: FilePart): Buffer {
  const data = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  while (at < sizeBytes) {
    const count = readSync(file, data, at, sizeBytes - at, offset + at);
    if (count === 0) break;
    at += count;
  }
  return data.subarray(0, at);
}

/**
 * Hands out the bytes of a regular file, or of a part of it; answers how many there were. Throws what the file system says,
 * AbortError when cancelled.
 */
export async function readPieces(
  path: string,
  take: (piece: Buffer) => void,
  part?: FilePart,
  signal?: AbortSignal,
): Promise<number> {
  signal?.throwIfAborted();
  const file = openSync(path, 'r');
  try {
    const asked = part ?? { offset: 0, sizeBytes: fstatSync(file).size };
    if (asked.sizeBytes <= pieceBytes) {
      const data = readWhole(file, asked);
      if (data.length > 0) take(data);
      return data.length;
    }
  } finally {
    closeSync(file);
  }
  let sizeBytes = 0;
  const range = part ? { start: part.offset, end: part.offset + part.sizeBytes - 1 } : {};
  for await (const piece of createReadStream(path, { ...range, highWaterMark: pieceBytes, signal })) {
    sizeBytes += (piece as Buffer).length;
    take(piece as Buffer);
  }
  return sizeBytes;
}
