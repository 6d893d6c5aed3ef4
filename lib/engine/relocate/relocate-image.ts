import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isWithin } from '../engine-folders';
import type { ImageEntry } from '../image-tree';
import { inTurns } from '../in-turns';
import { unpackForeign } from './foreign-compression';
import { placeholderPath } from './placeholder';
import { byteCodeTie, sourceOfByteCode, withSourceSize } from './python-code';
import { namesPlaceholder } from './rewrite-bytes';
import { foreignCompressor, rewriteContent } from './rewrite-file';

/** A file that cannot be rewritten for another path, and why, as a clause about it. */
export interface Unrelocatable {
  readonly path: string;
  readonly reason: string;
}

export type Relocation =
  | { readonly kind: 'relocated'; readonly files: number; readonly links: number }
  | { readonly kind: 'refused'; readonly because: readonly Unrelocatable[] };

/** A larger file is not read into memory. */
const largestFileBytes = 1 << 30;

/** Path below the prefix, as people know it. */
const shown = (path: string): string => path.slice(placeholderPath.length + 1);

/** What is written is a change of a file in place, so that links of one image stay links. */
function writeInPlace(onDisk: string, mode: number, bytes: Buffer): void {
  chmodSync(onDisk, mode | 0o600);
  writeFileSync(onDisk, bytes);
  // writing as another user drops setuid and setgid
  chmodSync(onDisk, mode);
}

/** Makes the folders above EPREFIX as an image has them, and moves EPREFIX there. */
function movePrefix(imageDir: string, path: string): void {
  if (lstatSync(join(imageDir, placeholderPath), { throwIfNoEntry: false }) === undefined) return;
  const parts = dirname(path)
    .split('/')
    .filter((part) => part !== '');
  let at = imageDir;
  for (const part of parts) {
    at = join(at, part);
    if (lstatSync(at, { throwIfNoEntry: false })) continue;
    mkdirSync(at);
    chmodSync(at, 0o755);
  }
  renameSync(join(imageDir, placeholderPath), join(imageDir, path));
  for (let old = dirname(placeholderPath); old !== '/' && !isWithin(path, old); old = dirname(old)) {
    rmdirSync(join(imageDir, old));
  }
}

/**
 * Makes an image that was built for the placeholder one for `path`: names, link targets and contents. `entries` is what
 * `takeImage` answered for it. Answers `refused`, with every file, when something cannot be rewritten; the image is of no
 * use then. Reads each file once; memory: the largest file.
 */
export async function relocateImage(
  imageDir: string,
  entries: readonly ImageEntry[],
  path: string,
  signal?: AbortSignal,
): Promise<Relocation> {
  const because: Unrelocatable[] = [];
  const sizes = new Map<string, number>();
  const done = new Set<string>();
  const codes: ImageEntry[] = [];
  const foreign: ImageEntry[] = [];
  let links = 0;
  const refuse = (entry: ImageEntry, reason: string): void => void because.push({ path: shown(entry.path), reason });

  const file = (entry: ImageEntry): string | null => {
    if (done.has(entry.inode) || entry.sizeBytes === 0) return null;
    done.add(entry.inode);
    if (entry.sizeBytes > largestFileBytes) return 'is too large to be looked into';
    const onDisk = join(imageDir, entry.path);
    const bytes = readFileSync(onDisk);
    if (foreignCompressor(bytes) !== null) foreign.push(entry);
    const result = rewriteContent(bytes, path);
    if (result.kind === 'refused') return result.reason;
    if (result.kind === 'untouched') return null;
    writeInPlace(onDisk, entry.mode, result.bytes);
    sizes.set(entry.path, result.bytes.length);
    return null;
  };

  const link = (entry: ImageEntry): string | null => {
    const target = entry.target ?? '';
    const changed = target.replaceAll(placeholderPath, path);
    if (namesPlaceholder(Buffer.from(changed))) return `is a link to \`${target}\``;
    if (changed === target) return null;
    unlinkSync(join(imageDir, entry.path));
    symlinkSync(changed, join(imageDir, entry.path));
    links += 1;
    return null;
  };

  const prefix = `${placeholderPath}/`;
  const named = (entry: ImageEntry): string | null =>
    entry.path.startsWith(prefix) && namesPlaceholder(Buffer.from(shown(entry.path)))
      ? 'has the path in its name'
      : null;
  await inTurns(
    entries,
    (entry) => {
      if (entry.kind === 'file' && sourceOfByteCode(entry.path) !== null) codes.push(entry);
      const reason =
        named(entry) ?? (entry.kind === 'symlink' ? link(entry) : entry.kind === 'file' ? file(entry) : null);
      if (reason !== null) refuse(entry, reason);
    },
    signal,
  );

  // byte code says how large its source is
  await inTurns(codes, (entry) => {
    const source = sizes.get(sourceOfByteCode(entry.path) ?? '');
    if (source === undefined) return;
    const onDisk = join(imageDir, entry.path);
    const bytes = readFileSync(onDisk);
    const tie = byteCodeTie(bytes);
    if (tie === 'hash') refuse(entry, 'is byte code that is tied to a source by a hash');
    if (tie !== 'size') return;
    writeInPlace(onDisk, entry.mode, withSourceSize(bytes, source));
    sizes.set(entry.path, bytes.length);
  });

  for (const found of await unpackForeign(imageDir, foreign, path, signal)) {
    if (found.result.kind === 'refused') refuse(found.entry, found.result.reason);
    if (found.result.kind !== 'rewritten') continue;
    writeInPlace(join(imageDir, found.entry.path), found.entry.mode, found.result.bytes);
    sizes.set(found.entry.path, found.result.bytes.length);
  }
  if (because.length > 0) return { kind: 'refused', because };
  movePrefix(imageDir, path);
  return { kind: 'relocated', files: sizes.size, links };
}
