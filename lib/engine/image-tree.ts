import { createHash } from 'node:crypto';
import { closeSync, lutimesSync, openSync, readFileSync, readSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentsEntry } from './contents';
import { inTurns } from './in-turns';

/** One thing in an image directory. `path` is absolute as seen in ROOT (`/opt/demo/bin/jq`). */
export interface ImageEntry {
  readonly path: string;
  readonly kind: 'dir' | 'file' | 'symlink' | 'fifo';
  /** permission bits with setuid, setgid and sticky */
  readonly mode: number;
  readonly sizeBytes: number;
  readonly mtime: number;
  /** target of a symlink */
  readonly target: string | null;
  /** device and inode, equal for hard links of one file */
  readonly inode: string;
  readonly links: number;
}

const pieceBytes = 1 << 20;
const md5OfNothing = createHash('md5').digest('hex');

/** MD5 in hex, as CONTENTS wants it; large files in pieces. */
export function md5OfFile(path: string, sizeBytes: number): string {
  if (sizeBytes === 0) return md5OfNothing;
  const hash = createHash('md5');
  if (sizeBytes <= pieceBytes) return hash.update(readFileSync(path)).digest('hex');
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece))
      hash.update(piece.subarray(0, count));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** The CONTENTS of an image, in image order. */
export async function contentsOfImage(
  imageDir: string,
  entries: readonly ImageEntry[],
): Promise<readonly ContentsEntry[]> {
  const contents: ContentsEntry[] = [];
  await inTurns(entries, (entry) => {
    const { path, mtime } = entry;
    if (entry.kind === 'dir') contents.push({ kind: 'dir', path });
    else if (entry.kind === 'fifo') contents.push({ kind: 'fif', path });
    else if (entry.kind === 'symlink') contents.push({ kind: 'sym', path, target: entry.target ?? '', mtime });
    else contents.push({ kind: 'obj', path, md5: md5OfFile(join(imageDir, path), entry.sizeBytes), mtime });
  });
  return contents;
}

/**
 * Sets every time stamp of an image to one moment, so that building twice gives the same bytes; answers the entries as they
 * are then. `epoch` in seconds.
 */
export async function setImageTimes(
  imageDir: string,
  entries: readonly ImageEntry[],
  epoch: number,
): Promise<readonly ImageEntry[]> {
  await inTurns([...entries].reverse(), (entry) => {
    const onDisk = join(imageDir, entry.path);
    if (entry.kind === 'symlink') lutimesSync(onDisk, epoch, epoch);
    else utimesSync(onDisk, epoch, epoch);
  });
  return entries.map((entry) => ({ ...entry, mtime: epoch }));
}

/** Sum of the file sizes, hard links once: the SIZE of a VDB entry. */
export function sizeOfImage(entries: readonly ImageEntry[]): number {
  const seen = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    if (entry.kind !== 'file' || seen.has(entry.inode)) continue;
    seen.add(entry.inode);
    total += entry.sizeBytes;
  }
  return total;
}
