import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The VDB of a root. `root` is the folder on this machine, `eprefix` the prefix path in it. */
export const vdbOf = (root: string, eprefix: string): string => join(root, eprefix, 'var/db/pkg');

/** `category/PF` of every entry of a VDB, sorted; a half-merged one (`-MERGING-…`) does not count. */
export async function vdbEntries(vdb: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const category of await folders(vdb)) {
    for (const pf of await folders(join(vdb, category))) {
      if (!pf.startsWith('-MERGING-')) found.push(`${category}/${pf}`);
    }
  }
  return found;
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
