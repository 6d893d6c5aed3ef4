import type { SysextOptions } from '../design/schema';
import type { FileEntry, FileTree } from '../inspect/tree';
import { dropReason } from './packing-rules';

/** What packing makes of the files of a final root, by their path. */
export interface Packing {
  /** why it stays out of the image; a directory stays out when nothing below it goes in */
  readonly notPacked: ReadonlyMap<string, string>;
  /** the files that go in and their directories, whose sizes and counts are of what goes in */
  readonly packed: FileTree;
}

/** Sorts the files of a final root into those that an image gets and those that it does not, with the reason. Cost: one walk. */
export function packingOf(final: FileTree, eprefix: string, { keep }: Pick<SysextOptions, 'keep'>): Packing {
  const notPacked = new Map<string, string>();
  const inside = new Map<string, { sizeBytes: number; files: number }>();
  const reasonBelow = new Map<string, string>();
  for (const entry of final.entries) {
    if (entry.kind === 'directory') continue;
    const reason = dropReason(entry.path, eprefix, keep)?.reason;
    if (reason !== undefined) notPacked.set(entry.path, reason);
    for (const folder of foldersAbove(entry.path)) {
      if (reason !== undefined) reasonBelow.set(folder, reasonBelow.get(folder) ?? reason);
      else {
        const sum = inside.get(folder) ?? { sizeBytes: 0, files: 0 };
        sum.sizeBytes += entry.sizeBytes;
        sum.files += 1;
        inside.set(folder, sum);
      }
    }
  }
  const entries: FileEntry[] = [];
  for (const entry of final.entries) {
    if (entry.kind !== 'directory') {
      if (!notPacked.has(entry.path)) entries.push(entry);
      continue;
    }
    const below = inside.get(entry.path);
    const reason = reasonBelow.get(entry.path);
    if (below) entries.push({ ...entry, ...below });
    else if (reason !== undefined) notPacked.set(entry.path, reason);
    else {
      const own = dropReason(entry.path, eprefix, keep)?.reason;
      if (own === undefined) entries.push(entry);
      else notPacked.set(entry.path, own);
    }
  }
  return { notPacked, packed: { root: final.root, entries } };
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.push(path.slice(0, at));
  return folders;
}
