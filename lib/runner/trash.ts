import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { homeLayout } from '../home';
import { removeTree } from '../host/remove-tree';
import { makeWritableFolder } from '../host/writable-folder';

/**
 * Takes what stands at a path away at once, however large it is: it waits in the trash of the home until that is emptied. What
 * cannot be moved there (a full disk, a folder on another one) is removed where it stands. False: there was nothing.
 */
export async function throwAway(path: string, home: string): Promise<boolean> {
  const { trash } = homeLayout(home);
  if ((await lstat(path).catch(() => null)) === null) return false;
  try {
    makeWritableFolder(trash);
    await rename(path, join(trash, `${randomUUID()}-${basename(path)}`));
  } catch {
    await removeTree(path);
  }
  return true;
}

/** Removes what was thrown away, also what an ended process left. Several may do so at once. Throws when something remains. */
export async function emptyTrash(home: string): Promise<void> {
  const { trash } = homeLayout(home);
  const names = await readdir(trash).catch(() => []);
  for (const name of names) await removeTree(join(trash, name));
}
