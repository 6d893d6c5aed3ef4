import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

const GiB = 1024 * 1024 * 1024;

export interface SearchLimits {
  /** no file that is larger is searched */
  readonly fileBytes: number;
  /** bytes that are read although nothing is stored for them, in all files together */
  readonly holeBytes: number;
}

/** The largest file of a prefix has some hundred megabytes. A file system that compresses stores less than is read. */
const searchLimits: SearchLimits = { fileBytes: 4 * GiB, holeBytes: 16 * GiB };

/** What was found in a file. */
export interface SearchedFile {
  /** its first bytes */
  readonly head: Buffer;
  /** the text at the first of what was looked for; null: there is none */
  readonly hit: string | null;
  /** it is too large to be looked into beyond its head */
  readonly isTooLarge: boolean;
}

const chunkBytes = 4 * 1024 * 1024;
/** What `#!` lines and file kinds are told from. */
const headBytes = 258;
/** what is shown behind the beginning of a hit */
const hitBytes = 120;

/**
 * Looks for texts in the files of a prefix. A file of many names is read once, and giants and holes, which cost whoever makes
 * them nothing, only as far as the limits go. Memory: one piece, whatever the size of a file.
 */
export class ContentSearch {
  readonly #ofMany = new Map<string, SearchedFile>();
  #holeRoom: number;

  constructor(
    private readonly wanted: readonly string[],
    private readonly signal?: AbortSignal,
    private readonly limits: SearchLimits = searchLimits,
  ) {
    this.#holeRoom = limits.holeBytes;
  }

  /** Searches a regular file; links are not followed. Throws AbortError, after at most one piece. */
  async search(path: string): Promise<SearchedFile> {
    this.signal?.throwIfAborted();
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { dev, ino, nlink, size, blocks } = await handle.stat();
      const identity = `${dev}:${ino}`;
      const known = this.#ofMany.get(identity);
      if (known) return known;
      const holes = Math.max(0, size - 512 * blocks);
      const isTooLarge = size > this.limits.fileBytes || holes > this.#holeRoom;
      if (!isTooLarge) this.#holeRoom -= holes;
      const found = isTooLarge ? await headOf(handle) : await this.#read(handle, size);
      if (nlink > 1) this.#ofMany.set(identity, found);
      return found;
    } finally {
      await handle.close();
    }
  }

  async #read(handle: FileHandle, size: number): Promise<SearchedFile> {
    const overlap = Math.max(hitBytes, ...this.wanted.map((text) => Buffer.byteLength(text)));
    const piece = Buffer.allocUnsafe(Math.min(chunkBytes, size) + overlap);
    let head: Buffer | null = null;
    let kept = 0;
    for (let at = 0; ; ) {
      const { bytesRead } = await handle.read(piece, kept, piece.length - kept, at);
      const content = piece.subarray(0, kept + bytesRead);
      head ??= Buffer.from(content.subarray(0, headBytes));
      const hit = this.wanted.find((text) => content.includes(text));
      if (hit !== undefined) return { head, hit: surroundings(content, hit), isTooLarge: false };
      at += bytesRead;
      // at its end, or so long that it grows while it is read
      if (bytesRead === 0 || at > this.limits.fileBytes) return { head, hit: null, isTooLarge: bytesRead > 0 };
      kept = Math.min(overlap, content.length);
      content.copy(piece, 0, content.length - kept);
      if (at < size) await setImmediate();
      this.signal?.throwIfAborted();
    }
  }
}

async function headOf(handle: FileHandle): Promise<SearchedFile> {
  const head = Buffer.alloc(headBytes);
  const { bytesRead } = await handle.read(head, 0, headBytes, 0);
  return { head: head.subarray(0, bytesRead), hit: null, isTooLarge: true };
}

/** The printable text around a hit, for a person to recognise it. */
function surroundings(content: Buffer, hit: string): string {
  const at = content.indexOf(hit);
  const text = content.subarray(at, at + hitBytes).toString('latin1');
  return /^[\x20-\x7e]+/.exec(text)?.[0] ?? hit;
}
