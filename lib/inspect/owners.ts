import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import { parseContents } from './contents';
import { vdbEntries, vdbOf } from './vdb-entries';

/** Which package owns a path: `/opt/demo/usr/bin/lua` -> `dev-lang/lua-5.4.6`. Directories have no owner. */
export type Owners = ReadonlyMap<string, string>;

/** Larger than the CONTENTS of any package that can be built. */
const mostContentsBytes = 480 << 20;

/**
 * Reads the CONTENTS of every package in the VDB of one root. `root` is the folder on this machine, `eprefix` the prefix
 * path in it. A half-merged entry (`-MERGING-…`) does not count.
 */
export async function loadOwners(root: string, eprefix: string): Promise<Owners> {
  const vdb = vdbOf(root, eprefix);
  const owners = new Map<string, string>();
  for (const cpv of await vdbEntries(vdb)) {
    // a person, or a phase under an earlier version, may have put a link there
    const contents = readContained(vdb, join(cpv, 'CONTENTS'), mostContentsBytes);
    if (contents.kind !== 'content') continue;
    for (const entry of parseContents(contents.data.toString('utf8'))) {
      if (entry.kind !== 'dir') owners.set(entry.path, cpv);
    }
  }
  return owners;
}
