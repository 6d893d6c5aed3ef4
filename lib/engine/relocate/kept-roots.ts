import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../host/remove-tree';
import { inTurns } from '../in-turns';
import { runToolOrThrow } from '../run-tool';

/** Something in a root: what tells whether it is still what was put there. `path` begins with a slash. */
export interface RootEntry {
  readonly path: string;
  readonly kind: 'dir' | 'file' | 'symlink';
  readonly mode: number;
  /** size, time of the last change and inode, or the target of a link */
  readonly identity: string;
}

/** Folder of the tree, and of what is written down of it, in the folder of one root. */
const [treeName, recordName] = ['root', 'record'] as const;

export const treeOf = (folder: string): string => join(folder, treeName);

/** Roots that stay: those used last. Their files are links of each other where they hold the same packages. */
const mostKept = 12;

/** Everything in a tree of ours, parents first; null: it holds what no root does. */
export function listTree(tree: string): readonly RootEntry[] | null {
  const entries: RootEntry[] = [];
  const left = [''];
  for (let directory = left.pop(); directory !== undefined; directory = left.pop()) {
    for (const name of readdirSync(tree + directory).sort()) {
      const path = `${directory}/${name}`;
      const info = lstatSync(tree + path);
      const { mode } = info;
      if (info.isDirectory()) {
        entries.push({ path, kind: 'dir', mode, identity: '' });
        left.push(path);
      } else if (info.isFile()) {
        entries.push({ path, kind: 'file', mode, identity: `${info.size} ${info.mtimeMs} ${info.dev}:${info.ino}` });
      } else if (info.isSymbolicLink()) {
        entries.push({ path, kind: 'symlink', mode, identity: readlinkSync(tree + path) });
      } else return null;
    }
  }
  return entries;
}

function digestOf(entries: readonly RootEntry[]): string {
  const lines = entries.map(({ path, kind, mode, identity }) => JSON.stringify([path, kind, mode, identity]));
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Writes down what a root holds, before anybody builds with it. */
export function recordRoot(folder: string, entries: readonly RootEntry[]): void {
  writeFileSync(join(folder, recordName), digestOf(entries));
}

/** A second tree with the same files: for roots in which nothing writes to a file. */
export async function linkTree(from: string, entries: readonly RootEntry[], to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  await inTurns(entries, ({ path, kind, mode, identity }) => {
    if (kind === 'symlink') symlinkSync(identity, to + path);
    else if (kind === 'file') linkSync(from + path, to + path);
    else {
      mkdirSync(to + path);
      chmodSync(to + path, mode & 0o7777);
    }
  });
}

/** A second tree with files of its own, for a root in which phases run. */
export async function copyTree(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  await runToolOrThrow('cp', ['-a', '--reflink=auto', '--', `${from}/.`, to]);
}

/**
 * Build roots that wait for the next run. Whoever takes one has it alone, because it is moved away, and brings it back; two
 * runs never use one at once. It is taken only while every file of it is the one that was put there: nothing that is built
 * can write to a root, and what somebody else changed is not used.
 */
export class KeptRoots {
  constructor(private readonly folder: string) {}

  /** Moves a root to `to`, a folder that is not there; null: there is none that can be used. */
  async take(name: string, to: string): Promise<readonly RootEntry[] | null> {
    try {
      await rename(join(this.folder, name), to);
    } catch {
      // there is none, or it lies on another disk
      return null;
    }
    const entries = readKept(to);
    if (entries === null) await removeTree(to);
    return entries;
  }

  /** Keeps a root, unless another run has brought the same. Roots that were not used for long give way. */
  async bring(name: string, from: string): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    try {
      utimesSync(join(from, recordName), new Date(), new Date());
      renameSync(from, join(this.folder, name));
    } catch {
      await removeTree(from);
    }
  }

  async forgetOld(): Promise<void> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    const used = async (name: string): Promise<number> =>
      stat(join(this.folder, name, recordName)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
    const times = new Map(await Promise.all(names.map(async (name) => [name, await used(name)] as const)));
    const old = [...names].sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0)).slice(mostKept);
    for (const name of old) await removeTree(join(this.folder, name));
  }
}

/** The entries of a kept root when it is as it was; null: it is not. */
export function readKept(folder: string): readonly RootEntry[] | null {
  try {
    const entries = listTree(treeOf(folder));
    return entries !== null && readFileSync(join(folder, recordName), 'utf8') === digestOf(entries) ? entries : null;
  } catch {
    return null;
  }
}
