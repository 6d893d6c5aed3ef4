import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import { parseContents } from './contents';

/** Which package owns a path: `/opt/demo/usr/bin/lua` -> `dev-lang/lua-5.4.6`. Directories have no owner. */
export type Owners = ReadonlyMap<string, string>;

/** Larger than the CONTENTS of any package that can be built. */
const mostContentsBytes = 480 << 20;

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
      // a person, or a phase under an earlier version, may have put a link there
      const contents = readContained(vdb, join(category, pf, 'CONTENTS'), mostContentsBytes);
      if (contents.kind !== 'content') continue;
      for (const entry of parseContents(contents.data.toString('utf8'))) {
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
