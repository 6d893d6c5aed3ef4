import { join } from 'node:path';
import type { ConfigProtection } from './config-protect';
import type { ContentsEntry } from './contents';
import type { ImageEntry } from './image-tree';
import { md5OfFile } from './image-tree';
import type { ReadyPackage } from './install-package';
import { directoryModes } from './merge';
import type { Collision } from './merge-plan';
import { planMerge } from './merge-plan';
import { ownersIn } from './owner-index';
import { RootedPaths } from './rooted-path';
import type { TargetRoot } from './vdb';

export interface SetMember {
  readonly ready: ReadyPackage;
  /** installed packages that it replaces */
  readonly replaces: readonly string[];
}

/**
 * What would be in the way if all these packages were merged: between each other, and between them and the root. Asked
 * before the first of them is merged, so that a set goes in whole or not at all.
 */
export async function findSetCollisions(
  target: TargetRoot,
  members: readonly SetMember[],
  protection: ConfigProtection,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly Collision[]>> {
  const paths = new RootedPaths(target.root);
  const owners = await ownersIn(target, paths);
  const replaced = new Set(members.flatMap(({ replaces }) => replaces));
  const taken = new Map<string, { readonly cpv: string; readonly isDirectory: boolean }>();
  const found = new Map<string, readonly Collision[]>();
  for (const { ready } of members) {
    const collisions: Collision[] = [];
    const { entries } = ready;
    const contents: ContentsEntry[] = [];
    const sizes = new Map(entries.map(({ path, sizeBytes }) => [path, sizeBytes]));
    for (const entry of entries) {
      const isDirectory = entry.kind === 'dir';
      const other = taken.get(entry.path);
      if (other && !(other.isDirectory && isDirectory)) {
        collisions.push({ path: entry.path, owner: other.cpv, detail: 'owned by another package' });
      }
      taken.set(entry.path, { cpv: ready.cpv, isDirectory });
      contents.push(contentsEntry(entry));
    }
    const plan = await planMerge({
      contents,
      directoryModes: directoryModes(entries),
      replaced,
      owners,
      paths,
      protection,
      md5Of: ({ path }) => md5OfFile(join(ready.imageDir, path), sizes.get(path) ?? 0, signal),
      signal,
    });
    if (plan.kind === 'collisions') collisions.push(...plan.collisions);
    if (collisions.length > 0) found.set(ready.cpv, collisions);
  }
  return found;
}

/** Contents are only compared where the root has something that nobody owns, so only then is a file read. */
function contentsEntry(entry: ImageEntry): ContentsEntry {
  const { path, mtime, kind } = entry;
  if (kind === 'dir') return { kind: 'dir', path };
  if (kind === 'fifo') return { kind: 'fif', path };
  if (kind === 'symlink') return { kind: 'sym', path, target: entry.target ?? '', mtime };
  return { kind: 'obj', path, mtime, md5: '' };
}
