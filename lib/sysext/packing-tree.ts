import { copyFile, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SysextOptions } from '../design/schema';
import type { FileTree } from '../inspect/tree';
import { dropReason } from './packing-rules';

/** What went into the tree that is packed. Sizes in bytes. */
export interface PackingSummary {
  readonly files: number;
  readonly sizeBytes: number;
  readonly droppedFiles: number;
  readonly droppedBytes: number;
}

/**
 * Lays out the image tree below `target` (which must not exist): hard links to the files of final where the file system
 * allows, copies elsewhere, plus files of ours. The final root itself is not changed.
 */
export async function layOutImage(
  tree: FileTree,
  eprefix: string,
  options: SysextOptions,
  ours: readonly { readonly path: string; readonly text: string }[],
  target: string,
): Promise<PackingSummary> {
  let files = 0;
  let sizeBytes = 0;
  let droppedFiles = 0;
  let droppedBytes = 0;
  const made = new Set<string>();
  const makeParents = async (path: string) => {
    const parent = dirname(path);
    if (made.has(parent)) return;
    await mkdir(parent, { recursive: true, mode: 0o755 });
    made.add(parent);
  };
  await mkdir(target, { mode: 0o755 });
  for (const entry of tree.entries) {
    if (entry.kind === 'directory' || entry.kind === 'other') continue;
    if (dropReason(entry.path, eprefix, options.keep) !== null) {
      droppedFiles += 1;
      droppedBytes += entry.sizeBytes;
      continue;
    }
    const to = join(target, entry.path);
    await makeParents(to);
    if (entry.kind === 'link') await symlink(entry.target ?? '', to);
    else await linkOrCopy(join(tree.root, entry.path), to);
    files += 1;
    sizeBytes += entry.sizeBytes;
  }
  for (const { path, text } of ours) {
    const file = join(target, path);
    await makeParents(file);
    await writeFile(file, text, { mode: 0o644, flag: 'wx' });
  }
  return { files, sizeBytes, droppedFiles, droppedBytes };
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error;
    await copyFile(from, to);
  }
}
