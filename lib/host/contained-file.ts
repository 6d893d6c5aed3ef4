import {
  closeSync,
  constants,
  fstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileErrorWords, saysMissing } from './file-error-words';
import { formatBinary } from './units';

/** A file that is there and is not read. */
export interface Refusal {
  readonly path: string;
  /** a clause behind the path: `is a link that leads out of …` */
  readonly reason: string;
}

export type FileAnswer =
  | { readonly kind: 'content'; readonly data: Buffer }
  | { readonly kind: 'missing' }
  | ({ readonly kind: 'refused' } & Refusal);

export type ListAnswer =
  | { readonly kind: 'content'; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  | ({ readonly kind: 'refused' } & Refusal);

/** Does not wait for the other end of a FIFO, does not make a terminal ours. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const missing = { kind: 'missing' } as const;

/** What an error of the file system means for one file; others are ours and thrown. */
function explain(
  path: string,
  error: unknown,
): { readonly kind: 'missing' } | ({ readonly kind: 'refused' } & Refusal) {
  if (saysMissing(error)) return missing;
  const reason = fileErrorWords(error);
  if (reason === null) throw error;
  return { kind: 'refused', path, reason };
}

/**
 * A folder whose content a stranger wrote. What is read through it is a regular file, of bounded size, that stands inside
 * the folder once all links are followed: links within are fine, a link that leads out is refused. It is judged by what
 * was opened, so that nothing can be swapped between question and answer.
 */
export class ContainedFolder {
  #real: string | null | undefined;

  constructor(readonly path: string) {}

  /** where the folder really is; null: there is none */
  get real(): string | null {
    if (this.#real === undefined) {
      try {
        this.#real = realpathSync.native(this.path);
      } catch {
        this.#real = null;
      }
    }
    return this.#real;
  }

  /** Is a path without links the folder itself, or below it? */
  holds(real: string): boolean {
    return this.real !== null && (this.real === '/' || real === this.real || real.startsWith(`${this.real}/`));
  }

  /** Does a path, links followed, stay inside? False too when there is nothing. */
  contains(path: string): boolean {
    try {
      return this.holds(realpathSync.native(path));
    } catch {
      return false;
    }
  }

  /** Content of a file, at most `mostBytes`. `path` is absolute. Throws errors of the disk only. */
  read(path: string, mostBytes: number): FileAnswer {
    const refuse = (reason: string): FileAnswer => ({ kind: 'refused', path, reason });
    try {
      // a device is not even opened: opening may already do something
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return missing;
      if (!found.isFile()) return found.isDirectory() ? missing : refuse('is not a regular file');
      if (found.size > mostBytes) return refuse(tooLarge(found.size, mostBytes));
      const file = openSync(path, openFlags);
      try {
        return this.#readOpened(file, path, mostBytes);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      return explain(path, error);
    }
  }

  #readOpened(file: number, path: string, mostBytes: number): FileAnswer {
    const refuse = (reason: string): FileAnswer => ({ kind: 'refused', path, reason });
    if (!this.holds(readlinkSync(`/proc/self/fd/${file}`))) return refuse(this.leadsOut);
    const { size, isFile } = describe(file);
    if (!isFile) return refuse('is not a regular file');
    if (size > mostBytes) return refuse(tooLarge(size, mostBytes));
    const data = Buffer.allocUnsafe(size);
    let at = 0;
    while (at < size) {
      const count = readSync(file, data, at, size - at, at);
      if (count === 0) break;
      at += count;
    }
    return { kind: 'content', data: at === size ? data : data.subarray(0, at) };
  }

  /** What a path leads to, links followed; reading it may still be refused. */
  kind(path: string): 'file' | 'directory' | { readonly kind: 'missing' } | ({ readonly kind: 'refused' } & Refusal) {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return missing;
      if (found.isDirectory()) return 'directory';
      return found.isFile() ? 'file' : { kind: 'refused', path, reason: 'is not a regular file' };
    } catch (error) {
      return explain(path, error);
    }
  }

  /** Names in a folder, sorted by code unit, links and all; refused when there are more than `mostEntries`. */
  list(path: string, mostEntries: number): ListAnswer {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found?.isDirectory()) return missing;
      if (!this.contains(path)) return { kind: 'refused', path, reason: this.leadsOut };
      const names = namesIn(path, mostEntries);
      if (names === null) return { kind: 'refused', path, reason: `holds more than ${mostEntries} files` };
      return { kind: 'content', names: names.sort() };
    } catch (error) {
      return explain(path, error);
    }
  }

  /** the reason of a refusal */
  get leadsOut(): string {
    return `is a link, or below a link, that leads out of \`${this.path}\``;
  }
}

const tooLarge = (size: number, most: number): string =>
  `is too large: ${formatBinary(size)}, at most ${formatBinary(most)} are read`;

function describe(file: number): { readonly size: number; readonly isFile: boolean } {
  const found = fstatSync(file);
  return { size: found.size, isFile: found.isFile() };
}

/** Reads a folder piece by piece, so that a giant one costs no more than the limit. */
function namesIn(path: string, mostEntries: number): string[] | null {
  const folder = opendirSync(path, { bufferSize: 1024 });
  try {
    const names: string[] = [];
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (names.length === mostEntries) return null;
      names.push(entry.name);
    }
    return names;
  } finally {
    folder.closeSync();
  }
}

/** Reads one file below a folder; see `ContainedFolder`. `path` is relative to it. */
export function readContained(folder: string, path: string, mostBytes: number): FileAnswer {
  return new ContainedFolder(folder).read(join(folder, path), mostBytes);
}
