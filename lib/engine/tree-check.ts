import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RootedPaths } from './rooted-path';
import type { TargetRoot } from './vdb';
import { readOwners, vdbDirectory } from './vdb';
import { worldPaths } from './world';

/** A violation of the rule that every file of a root belongs to exactly one complete VDB entry. */
export interface TreeFault {
  /** absolute inside the root */
  readonly path: string;
  readonly detail: 'owned twice' | 'owned but missing' | 'owned by nobody' | 'left over from a merge';
}

async function filesBelow(root: string, directory: string, skip: ReadonlySet<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir(join(root, directory))) {
    const path = `${directory}/${name}`;
    if (skip.has(path)) continue;
    if ((await lstat(join(root, path))).isDirectory()) found.push(...(await filesBelow(root, path, skip)));
    else found.push(path);
  }
  return found;
}

/**
 * Checks a whole root: no file without owner, none with two, none missing, nothing left from a merge. `except` lists
 * directories inside the root that packages do not own, such as `<EPREFIX>/etc/portage`; the VDB and the world
 * always are.
 */
export async function checkTree(target: TargetRoot, except: readonly string[] = []): Promise<readonly TreeFault[]> {
  const faults: TreeFault[] = [];
  const vdb = vdbDirectory(target);
  for (const category of await readdir(vdb).catch(() => [] as string[])) {
    if (category.startsWith('.')) faults.push({ path: join(vdb, category), detail: 'left over from a merge' });
    for (const pf of await readdir(join(vdb, category)).catch(() => [] as string[])) {
      if (pf.startsWith('-MERGING-')) faults.push({ path: join(vdb, category, pf), detail: 'left over from a merge' });
    }
  }
  const owners = await readOwners(target, new RootedPaths(target.root));
  for (const [path, holders] of owners) {
    const files = holders.filter(({ entry }) => entry.kind !== 'dir');
    if (files.length > 1) faults.push({ path, detail: 'owned twice' });
    if (!(await lstat(join(target.root, path)).catch(() => null))) faults.push({ path, detail: 'owned but missing' });
  }
  const skip = new Set([`${target.eprefix}/var/db/pkg`, ...worldPaths(target.eprefix), ...except]);
  for (const path of await filesBelow(target.root, '', skip)) {
    if (!owners.has(path)) faults.push({ path, detail: 'owned by nobody' });
  }
  return faults;
}
