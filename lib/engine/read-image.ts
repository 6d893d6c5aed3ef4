import { isUtf8 } from 'node:buffer';
import { accessSync, constants, lstatSync, opendirSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatBytes } from '../host/units';
import { visibleBytes, visibleText } from '../layout/visible-text';
import { fileKind, refused, requireImage } from './built-folder';
import type { EngineError } from './errors';
import { type ImageLimits, imageLimits, raiseLimit, withinDisk } from './image-limits';
import type { ImageEntry } from './image-tree';

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const readable = 'Only root packs that: give it `fperms u+rwX` in `src_install`, or build as root.';

/** Control characters end lines and fields of the package database, and terminals act on them. */
const control = /\p{Cc}/u;

/** Every file is read when it is packed. Throws EACCES, for anybody but root. */
function requireReadable(path: string, { mode }: Stats): void {
  if ((mode & 0o400) === 0) accessSync(path, constants.R_OK);
}

/** Walks one image; every refusal names the package and what was found. */
class ImageWalk {
  readonly entries: ImageEntry[] = [];
  private bytes = 0;
  private holes = 0;
  private readonly buildDir: string;
  private readonly device: number;
  private readonly seen = new Set<string>();

  constructor(
    private readonly imageDir: string,
    private readonly limits: ImageLimits,
    private readonly signal?: AbortSignal,
  ) {
    this.device = requireImage(imageDir);
    this.buildDir = dirname(imageDir);
  }

  async enter(directory: string, depth: number): Promise<void> {
    if (depth > this.limits.depth) throw this.beyond('depth', `more than ${this.limits.depth} nested directories`);
    for (const name of this.namesIn(directory)) {
      const entry = this.look(`${directory}/${name}`);
      this.entries.push(entry);
      if (entry.kind === 'dir') await this.enter(entry.path, depth + 1);
    }
    await nextTurn();
    this.signal?.throwIfAborted();
  }

  private namesIn(directory: string): readonly string[] {
    const names: string[] = [];
    const folder = this.attempt(directory, () =>
      opendirSync(join(this.imageDir, directory), { encoding: 'buffer' as BufferEncoding, bufferSize: 1024 }),
    );
    try {
      for (let found = folder.readSync(); found; found = folder.readSync()) {
        names.push(this.text(found.name as unknown as Buffer, `a name in \`${visibleText(directory) || '/'}\``));
        this.countTo(this.entries.length + names.length);
      }
    } finally {
      folder.closeSync();
    }
    return names.sort(compareNames);
  }

  private countTo(count: number): void {
    const { entries } = this.limits;
    if (count > entries) throw this.beyond('entries', `more than ${entries} files and directories`);
  }

  private look(path: string): ImageEntry {
    const { path: longest } = this.limits;
    if (Buffer.byteLength(path) > longest) throw this.beyond('path', `a path of more than ${longest} bytes`);
    const onDisk = join(this.imageDir, path);
    const info = this.attempt(path, () => lstatSync(onDisk));
    const kind = this.kindOf(info, path);
    if (kind === 'file') this.attempt(path, () => requireReadable(onDisk, info));
    const inode = `${info.dev}:${info.ino}`;
    if (kind === 'file' && !this.seen.has(inode)) {
      this.seen.add(inode);
      this.countBytes(info, path);
    }
    return {
      path,
      kind,
      mode: info.mode & 0o7777,
      sizeBytes: kind === 'file' ? info.size : 0,
      mtime: Math.floor(info.mtimeMs / 1000),
      target: kind === 'symlink' ? this.targetOf(path) : null,
      inode,
      links: info.nlink,
    };
  }

  /** Packing, hashing and copying read every byte that a file claims, also those that take no room here. */
  private countBytes({ size, blocks }: Stats, path: string): void {
    const { bytes, holes } = this.limits;
    const shown = visibleText(path);
    const onDisk = blocks * 512;
    this.holes += Math.max(0, size - onDisk);
    if (this.holes > holes) {
      const what = `a sparse file, \`${shown}\`: it claims ${formatBytes(size)} and has ${formatBytes(onDisk)} on the disk`;
      const hint = 'Do not install huge empty files: make the file in `pkg_postinst`, or let its program make it.';
      throw this.refuse(`${what} (limit \`holes\`)`, `${hint} ${raiseLimit('holes', this.limits)}`);
    }
    this.bytes += size;
    if (this.bytes > bytes) throw this.beyond('bytes', `more than ${bytes} bytes with \`${shown}\``);
  }

  private targetOf(path: string): string {
    const shown = visibleText(path);
    if (path.includes(' -> ')) throw this.refuse(`a link with an arrow in its name: \`${shown}\``);
    const target = readlinkSync(join(this.imageDir, path), { encoding: 'buffer' });
    return this.text(target, `the target of the link \`${shown}\``);
  }

  private kindOf(info: Stats, path: string): ImageEntry['kind'] {
    if (info.dev !== this.device) throw this.refuse(`another file system at \`${visibleText(path)}\``);
    if (info.isDirectory()) return 'dir';
    if (info.isFile()) return 'file';
    if (info.isSymbolicLink()) return 'symlink';
    if (info.isFIFO()) return 'fifo';
    throw this.refuse(
      `${fileKind(info)}: \`${visibleText(path)}\``,
      'Device nodes and sockets cannot be part of a prefix; do not install them.',
    );
  }

  private text(bytes: Buffer, what: string): string {
    const hint = 'Names have to be UTF-8 without control characters; rename the file in `src_install`.';
    if (!isUtf8(bytes)) throw this.refuse(`${what} that is not UTF-8: \`${visibleBytes(bytes)}\``, hint);
    const text = bytes.toString('utf8');
    if (control.test(text)) throw this.refuse(`${what} with control characters: \`${visibleText(text)}\``, hint);
    return text;
  }

  private attempt<T>(path: string, look: () => T): T {
    try {
      return look();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENAMETOOLONG') throw this.beyond('path', 'a path that is too long for this file system');
      if (code === 'EACCES') throw this.refuse(`what its owner may not read: \`${visibleText(path)}\``, readable);
      throw error;
    }
  }

  private beyond(limit: keyof ImageLimits, what: string): EngineError {
    return this.refuse(`${what} (limit \`${limit}\`)`, raiseLimit(limit, this.limits));
  }

  private refuse(what: string, hint?: string): EngineError {
    return refused(this.buildDir, `the image holds ${what}`, hint);
  }
}

/**
 * Everything below an image directory, parents before children, names in byte-wise order; the image root itself is left
 * out. Comes before everything else that is done with an image, because phases may have put anything there: no link is
 * followed, and what no package may hold is refused by name. Throws IMAGE_REFUSED, SETTING_INVALID.
 */
export async function readImage(
  imageDir: string,
  limits = imageLimits(),
  signal?: AbortSignal,
): Promise<readonly ImageEntry[]> {
  const walk = new ImageWalk(imageDir, withinDisk(limits, dirname(imageDir)), signal);
  await walk.enter('', 0);
  return walk.entries;
}
