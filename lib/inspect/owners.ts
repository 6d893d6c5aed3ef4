import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseContents } from './contents';

/** Which package owns a path: `/opt/demo/usr/bin/lua` -> `dev-lang/lua-5.4.6`. Directories have no owner. */
export type Owners = ReadonlyMap<string, string>;

/**
 * Reads the CONTENTS of every package in the VDB of one root. `root` is the folder on this machine, `eprefix` the prefix
 * path in it. A half-merged entry (`-MERGING-…`) does not count.
 */
export async function loadOwners(root: string, eprefix: string): Promise<Owners> {
  const vdb = join(root, eprefix, 'var/db/pkg');
  const owners = new Map<string, string>();
  for (const category of await folders(vdb)) {
    for (const pf of await folders(join(vdb, category))) {
      if (pf.startsWith('-MERGING-')) continue;
      const contents = await readFile(join(vdb, category, pf, 'CONTENTS'), 'utf8').catch(() => '');
      for (const entry of parseContents(contents)) {
        if (entry.kind !== 'dir') owners.set(entry.path, `${category}/${pf}`);
      }
    }
  }
  return owners;
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
