import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { visibleBytes, visibleText } from '../layout/visible-text';
import { fitsPattern, parseTextPattern } from '../pms';
import { InspectError } from './errors';
import type { FileMark, FileMarks } from './file-marks';
import type { Owners } from './owners';

export interface FileEntry {
  /** path inside the root, starting with `/` */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** own size in bytes; for a directory the sum of all files below it, hard links counted once */
  readonly sizeBytes: number;
  /** permission bits with setuid, setgid and sticky, for instance 0o755 */
  readonly mode: number;
  /** numeric owner on the build machine */
  readonly uid: number;
  /** number of files and links below, for a directory; else 0 */
  readonly files: number;
  /** link target as stored, else null */
  readonly target: string | null;
  /** cpv, or null: a directory, or a file no package owns */
  readonly owner: string | null;
  /** owner and capabilities that it has in the image; null: it belongs to root and has none */
  readonly mark: FileMark | null;
  /** Unix seconds */
  readonly mtime: number;
}

/** Every file below one root, parents before children, siblings sorted by name. */
export interface FileTree {
  readonly root: string;
  readonly entries: readonly FileEntry[];
}

/** Walks a root without following links; what goes away meanwhile is left out. Throws NO_ROOT. Cost: one lstat a file. */
export async function scanTree(root: string, owners: Owners, marks: FileMarks = new Map()): Promise<FileTree> {
  if (!(await lstat(root).catch(() => null))?.isDirectory()) {
    throw new InspectError('NO_ROOT', `There is no directory \`${root}\`.`, { hint: 'Build the prefix first.' });
  }
  const entries: FileEntry[] = [];
  const seen = new Set<string>();
  await scanDirectory(root, '', { owners, marks }, seen, entries);
  return { root, entries };
}

/** Longer paths, with the root and a name around them, can no longer be opened. Source: PATH_MAX */
const maxPathBytes = 3000;

/** Names in a directory, sorted. Phases of a merge may have made any: those that are no text cannot be shown or packed. */
async function namesIn(root: string, path: string): Promise<readonly string[]> {
  if (Buffer.byteLength(path) > maxPathBytes) throw unusable(`${path.slice(0, 100)}…`, 'is nested too deep');
  const names = await readdir(join(root, path), { encoding: 'buffer' });
  return names
    .map((name) => {
      if (isUtf8(name)) return name.toString('utf8');
      throw unusable(`${path}/${visibleBytes(name)}`, 'has a name that is not UTF-8');
    })
    .sort();
}

const unusable = (path: string, problem: string): InspectError =>
  new InspectError('NAME_UNUSABLE', `\`${visibleText(path)}\` ${problem}.`, {
    hint: 'A `pkg_postinst` made it: no package may install such a file. Remove it, then go on.',
  });

/** null: it went away after its folder was read, because a build or a removal goes on. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** What the package database says of files. */
interface Known {
  readonly owners: Owners;
  readonly marks: FileMarks;
}

async function scanDirectory(
  root: string,
  path: string,
  known: Known,
  seen: Set<string>,
  entries: FileEntry[],
): Promise<{ sizeBytes: number; files: number }> {
  const names = (await unlessGone(namesIn(root, path))) ?? [];
  const stats = await Promise.all(names.map((name) => unlessGone(lstat(join(root, path, name)))));
  let sizeBytes = 0;
  let files = 0;
  for (const [index, name] of names.entries()) {
    const here = `${path}/${name}`;
    const stat = stats[index];
    const entry = stat && (await unlessGone(describe(root, here, stat, known)));
    if (!stat || !entry) continue;
    const slot = entries.length;
    entries.push(entry);
    if (stat.isDirectory()) {
      const below = await scanDirectory(root, here, known, seen, entries);
      entries[slot] = { ...entry, ...below };
      sizeBytes += below.sizeBytes;
      files += below.files;
    } else {
      files += 1;
      const identity = `${stat.dev}:${stat.ino}`;
      if (stat.nlink === 1 || !seen.has(identity)) sizeBytes += stat.size;
      seen.add(identity);
    }
  }
  return { sizeBytes, files };
}

async function describe(root: string, path: string, stat: Stats, { owners, marks }: Known): Promise<FileEntry> {
  const kind = stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : stat.isFile() ? 'file' : 'other';
  return {
    path,
    kind,
    sizeBytes: stat.size,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    files: 0,
    target: kind === 'link' ? await readlink(join(root, path)) : null,
    owner: owners.get(path) ?? null,
    mark: marks.get(path) ?? null,
    mtime: Math.floor(stat.mtimeMs / 1000),
  };
}

/** The direct children of a directory (`/` or `''` for the top), in order. */
export function childrenOf(tree: FileTree, directory: string): readonly FileEntry[] {
  const prefix = directory === '/' || directory === '' ? '/' : `${directory}/`;
  return tree.entries.filter((entry) => entry.path.startsWith(prefix) && !entry.path.includes('/', prefix.length));
}

/**
 * Files whose path matches: a plain text is looked for anywhere in the path below the prefix without regard to case, in the
 * whole path when it begins with a slash; `*` and `?` make it a glob over the whole path or, without a slash, over the file
 * name. What the prefix is called is in every path, and so is no match.
 */
export function searchFiles(tree: FileTree, query: string, most: number, eprefix = ''): readonly FileEntry[] {
  const text = query.trim();
  if (text === '') return [];
  const matches = /[*?]/.test(text) ? globMatcher(text) : textMatcher(text.toLowerCase(), eprefix);
  const found: FileEntry[] = [];
  for (const entry of tree.entries) {
    if (matches(entry.path)) found.push(entry);
    if (found.length >= most) break;
  }
  return found;
}

function textMatcher(text: string, eprefix: string): (path: string) => boolean {
  return (path) => {
    const isBelow = !text.startsWith('/') && path.startsWith(`${eprefix}/`);
    // the folders down to the prefix hold nothing else
    if (!isBelow && `${eprefix}/`.startsWith(`${path}/`)) return false;
    return (isBelow ? path.slice(eprefix.length) : path).toLowerCase().includes(text);
  };
}

function globMatcher(glob: string): (path: string) => boolean {
  const rules = { stop: '/', isDeep: true };
  const isWhole = glob.includes('/');
  const pattern = parseTextPattern(isWhole ? glob.toLowerCase() : `**/${glob.toLowerCase()}`, rules);
  return (path) => fitsPattern(pattern, `${isWhole ? '' : '/'}${path.toLowerCase()}`);
}
