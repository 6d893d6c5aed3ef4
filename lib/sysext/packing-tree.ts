import { chmod, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SysextOptions } from '../design/schema';
import { copyFileUnless } from '../host/copy-file';
import type { FileTree } from '../inspect/tree';
import { dropReason } from './packing-rules';

/** What went into the tree that is packed. Sizes in bytes. */
export interface PackingSummary {
  readonly files: number;
  readonly sizeBytes: number;
  readonly droppedFiles: number;
  readonly droppedBytes: number;
  /** modes that directories have in the image, by path with a leading slash; the others have 0755 */
  readonly directoryModes: ReadonlyMap<string, number>;
}

/** Directories below EPREFIX that are made with the root, by whatever umask; packages leave their modes alone. */
const madeByUs: ReadonlySet<string> = new Set(['etc', 'var', 'var/db', 'var/lib']);

/** Modes of directories that packages made. The way to EPREFIX belongs to the system that the image is merged into. */
function modesOf(tree: FileTree, eprefix: string): ReadonlyMap<string, number> {
  const below = tree.entries.filter(
    ({ kind, path }) =>
      kind === 'directory' && path.startsWith(`${eprefix}/`) && !madeByUs.has(path.slice(eprefix.length + 1)),
  );
  return new Map(below.map(({ path, mode }) => [path, mode]));
}

/**
 * Lays out the image tree below `target` (which must not exist): hard links to the files of final where the file system
 * allows, copies elsewhere, plus files of ours. A directory comes when something in it is packed, or when final has it
 * empty, with the mode that it has there; its owner can read it here whatever its mode. The final root itself is not changed.
 */
export async function layOutImage(
  tree: FileTree,
  eprefix: string,
  options: SysextOptions,
  ours: readonly { readonly path: string; readonly text: string }[],
  target: string,
  signal?: AbortSignal,
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
    for (let at = parent; at.startsWith(`${target}/`) && !made.has(at); at = dirname(at)) {
      // whatever the umask
      await chmod(at, 0o755);
      made.add(at);
    }
  };
  await mkdir(target, { mode: 0o755 });
  for (const [at, entry] of tree.entries.entries()) {
    if (entry.kind === 'other') continue;
    if (entry.kind === 'directory') {
      const isEmpty = tree.entries[at + 1]?.path.startsWith(`${entry.path}/`) !== true;
      if (isEmpty && dropReason(`${entry.path}/`, eprefix, options.keep) === null)
        await makeParents(join(target, entry.path, 'x'));
      continue;
    }
    if (dropReason(entry.path, eprefix, options.keep) !== null) {
      droppedFiles += 1;
      droppedBytes += entry.sizeBytes;
      continue;
    }
    const to = join(target, entry.path);
    await makeParents(to);
    if (entry.kind === 'link') await symlink(entry.target ?? '', to);
    else await linkOrCopy(join(tree.root, entry.path), to, signal);
    files += 1;
    sizeBytes += entry.sizeBytes;
  }
  for (const { path, text } of ours) {
    const file = join(target, path);
    await makeParents(file);
    await writeFile(file, text, { mode: 0o644, flag: 'wx' });
  }
  const directoryModes = new Map([...modesOf(tree, eprefix)].filter(([path]) => made.has(join(target, path))));
  for (const [path, mode] of directoryModes) await chmod(join(target, path), mode | 0o700);
  return { files, sizeBytes, droppedFiles, droppedBytes, directoryModes };
}

async function linkOrCopy(from: string, to: string, signal?: AbortSignal): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error;
    await copyFileUnless(signal, from, to);
  }
}
