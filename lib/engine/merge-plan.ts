import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConfigProtection } from './config-protect';
import { isProtected, protectedName } from './config-protect';
import type { ContentsEntry } from './contents';
import { md5OfFile } from './image-tree';
import type { RootedPaths } from './rooted-path';
import type { Ownership } from './vdb';

/** One change of the root. Paths are canonical inside the root; `image` is the path inside the image directory. */
export type MergeStep =
  | { readonly do: 'directory'; readonly path: string; readonly mode: number }
  | { readonly do: 'place'; readonly image: string; readonly path: string };

export interface Collision {
  readonly path: string;
  /** the package that has the file, null when nobody owns it */
  readonly owner: string | null;
  readonly detail:
    | 'owned by another package'
    | 'not owned by any package'
    | 'a directory stands there'
    | 'not a directory';
}

export type MergePlan =
  | {
      readonly kind: 'ready';
      readonly steps: readonly MergeStep[];
      /** canonical paths that only replaced packages have: removed after the new files are there, deepest first */
      readonly obsolete: readonly string[];
    }
  | { readonly kind: 'collisions'; readonly collisions: readonly Collision[] };

export interface MergeQuestion {
  /** the image's CONTENTS, parents first */
  readonly contents: readonly ContentsEntry[];
  /** mode of each directory of the image by path */
  readonly directoryModes: ReadonlyMap<string, number>;
  /** packages that the new one replaces */
  readonly replaced: ReadonlySet<string>;
  readonly owners: ReadonlyMap<string, readonly Ownership[]>;
  readonly paths: RootedPaths;
  readonly protection: ConfigProtection;
}

async function statOrNull(path: string): Promise<Stats | null> {
  return lstat(path).catch(() => null);
}

/** Is the thing on disk the same as the new one? */
async function isSame(onDisk: string, info: Stats, entry: ContentsEntry): Promise<boolean> {
  if (entry.kind === 'sym') return info.isSymbolicLink() && (await readlink(onDisk)) === entry.target;
  if (entry.kind === 'obj') return info.isFile() && (await md5OfFile(onDisk, info.size)) === entry.md5;
  return false;
}

/** A protected file that somebody changed since it was merged must stay; the new one goes beside it. */
async function mustKeepFile(
  question: MergeQuestion,
  path: string,
  onDisk: string,
  info: Stats,
  entry: ContentsEntry,
): Promise<boolean> {
  if (!info.isFile() || !isProtected(entry.path, question.protection)) return false;
  if (await isSame(onDisk, info, entry)) return false;
  const recorded = question.owners.get(path)?.find(({ cpv }) => question.replaced.has(cpv))?.entry;
  if (recorded?.kind !== 'obj') return true;
  return (await md5OfFile(onDisk, info.size)) !== recorded.md5;
}

async function siblingsOf(onDisk: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(dirname(onDisk)).catch(() => [] as string[]));
}

/**
 * Decides how an image gets into the root without writing anything: which directories and files, what of the replaced
 * versions goes away, and what is in the way. A file is in the way when another package owns it, or when nobody does
 * and its content differs.
 */
export async function planMerge(question: MergeQuestion): Promise<MergePlan> {
  const { paths, owners, replaced } = question;
  const steps: MergeStep[] = [];
  const collisions: Collision[] = [];
  const kept = new Set<string>();
  for (const entry of question.contents) {
    const path = await paths.canonical(entry.path);
    const onDisk = await paths.onDisk(entry.path);
    const info = await statOrNull(onDisk);
    kept.add(path);
    if (entry.kind === 'dir') {
      const isDirectory =
        info?.isDirectory() ||
        (info?.isSymbolicLink() &&
          (await stat(await paths.onDisk(`${entry.path}/.`)).catch(() => null))?.isDirectory());
      if (info && !isDirectory) {
        collisions.push({ path: entry.path, owner: owners.get(path)?.[0]?.cpv ?? null, detail: 'not a directory' });
      } else if (!info) {
        steps.push({ do: 'directory', path, mode: question.directoryModes.get(entry.path) ?? 0o755 });
      }
      continue;
    }
    if (info?.isDirectory()) {
      collisions.push({
        path: entry.path,
        owner: owners.get(path)?.[0]?.cpv ?? null,
        detail: 'a directory stands there',
      });
      continue;
    }
    if (info) {
      const holders = owners.get(path) ?? [];
      const other = holders.find(({ cpv }) => !replaced.has(cpv));
      if (other) {
        collisions.push({ path: entry.path, owner: other.cpv, detail: 'owned by another package' });
        continue;
      }
      if (await mustKeepFile(question, path, onDisk, info, entry)) {
        steps.push({ do: 'place', image: entry.path, path: protectedName(path, await siblingsOf(onDisk)) });
        continue;
      }
      if (holders.length === 0 && !(await isSame(onDisk, info, entry))) {
        collisions.push({ path: entry.path, owner: null, detail: 'not owned by any package' });
        continue;
      }
    }
    steps.push({ do: 'place', image: entry.path, path });
  }
  if (collisions.length > 0) return { kind: 'collisions', collisions };
  return { kind: 'ready', steps, obsolete: await obsoletePaths(question, kept) };
}

/**
 * Canonical paths that `replaced` packages own and nobody else does, without those in `kept`, deepest first. A protected
 * file that was changed since it was merged is left where it is.
 */
export async function obsoletePaths(
  question: Pick<MergeQuestion, 'owners' | 'replaced' | 'paths' | 'protection'>,
  kept: ReadonlySet<string>,
): Promise<readonly string[]> {
  const obsolete: string[] = [];
  for (const [path, holders] of question.owners) {
    if (kept.has(path)) continue;
    if (!holders.some(({ cpv }) => question.replaced.has(cpv))) continue;
    if (holders.some(({ cpv }) => !question.replaced.has(cpv))) continue;
    const entry = holders[0]?.entry;
    if (entry?.kind === 'obj' && isProtected(entry.path, question.protection)) {
      const onDisk = await question.paths.onDisk(entry.path);
      const info = await statOrNull(onDisk);
      if (info?.isFile() && (await md5OfFile(onDisk, info.size)) !== entry.md5) continue;
    }
    obsolete.push(path);
  }
  return obsolete.sort((a, b) => (a < b ? 1 : -1));
}
