import { lstat, mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byHandFile, wayFolder, wayOf } from '../repo/user-environment';

const kindOf = async (path: string): Promise<'file' | 'folder' | 'none'> => {
  const stats = await lstat(path).catch(() => null);
  return stats === null ? 'none' : stats.isDirectory() ? 'folder' : 'file';
};

/**
 * A file of the user stands where a folder of its name is needed: it becomes a file in that folder, which says the same. The
 * folder is made beside it under a name that tells what it is (`wayFolder`), so that `finishWays` can go on after a kill.
 */
export async function makeWay(folder: string, name: string): Promise<void> {
  const steps = name.split('/');
  for (let depth = 1; depth < steps.length; depth++) {
    const path = join(folder, ...steps.slice(0, depth));
    if (!(await lstat(path).catch(() => null))?.isFile()) continue;
    const way = wayFolder(path);
    await mkdir(way, { recursive: true });
    await rename(path, join(way, byHandFile));
    await rename(way, path);
  }
}

/** Folders of etc/portage in which a folder may be needed where a file is. */
const places = ['.', 'profile'];

/** Ends what a kill interrupted in `makeWay`: every file of the user is in its place again. */
export async function finishWays(folder: string): Promise<void> {
  for (const place of places) {
    const names = await readdir(join(folder, place)).catch(() => []);
    for (const name of names) {
      const way = join(folder, place, name);
      const of = wayOf(name);
      if (of !== null && (await kindOf(way)) === 'folder') await finishWay(way, join(folder, place, of));
    }
  }
}

/** What was put away, where its name is taken by what the user wrote since. */
const before = `${byHandFile}-before`;

async function finishWay(way: string, path: string): Promise<void> {
  const kind = await kindOf(path);
  const isFilled = (await kindOf(join(way, byHandFile))) === 'file';
  if (kind === 'none' && (isFilled || (await kindOf(join(way, before))) === 'file')) {
    await rename(way, path);
    return;
  }
  if (kind === 'file' && isFilled) {
    await rename(join(way, byHandFile), join(way, before));
    await rename(path, join(way, byHandFile));
    await rename(way, path);
    return;
  }
  for (const name of await readdir(way)) {
    if (kind !== 'folder') break;
    const isTaken = (await kindOf(join(path, name))) !== 'none';
    await rename(join(way, name), join(path, isTaken ? before : name));
  }
  // empty: it was made, and nothing was put into it
  await rmdir(way).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY') throw error;
  });
}
