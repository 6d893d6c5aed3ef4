import { createHash } from 'node:crypto';
import { lutimesSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentsEntry } from './contents';
import { readPieces } from './file-pieces';
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

/**
 * MD5 in hex, as CONTENTS wants it. A small file is answered at once, a large one in its time, so that everybody else gets
 * a turn. Throws AbortError when cancelled.
 */
export function md5OfFile(path: string, sizeBytes: number, signal?: AbortSignal): string | Promise<string> {
  if (sizeBytes === 0) return md5OfNothing;
  const hash = createHash('md5');
  if (sizeBytes <= pieceBytes) return hash.update(readFileSync(path)).digest('hex');
  const read = readPieces(path, (piece) => void hash.update(piece), undefined, signal);
  return read.then(() => hash.digest('hex'));
}

/** The CONTENTS of an image, in image order. Throws AbortError when cancelled. */
export async function contentsOfImage(
  imageDir: string,
  entries: readonly ImageEntry[],
  signal?: AbortSignal,
): Promise<readonly ContentsEntry[]> {
  const contents: ContentsEntry[] = [];
  const add = (entry: ImageEntry): void | Promise<void> => {
    const { path, mtime } = entry;
    if (entry.kind === 'dir') contents.push({ kind: 'dir', path });
    else if (entry.kind === 'fifo') contents.push({ kind: 'fif', path });
    else if (entry.kind === 'symlink') contents.push({ kind: 'sym', path, target: entry.target ?? '', mtime });
    else {
      const md5 = md5OfFile(join(imageDir, path), entry.sizeBytes, signal);
      if (typeof md5 !== 'string')
        return md5.then((known) => void contents.push({ kind: 'obj', path, md5: known, mtime }));
      contents.push({ kind: 'obj', path, md5, mtime });
    }
  };
  await inTurns(entries, add, signal);
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
