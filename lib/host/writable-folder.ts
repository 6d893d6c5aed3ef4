import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskErrorOf } from './disk-error';
import { ownFolderMode } from './file-modes';

/** Makes a folder that somebody named for something; `doing` continues “while …”. Throws a DiskError. */
export const makeNamedFolder = (path: string, doing: string): void => makeWritableFolder(path, doing, true);

/**
 * Makes a folder with all above it, or finds it there, and makes sure that this user may write into it. Throws a DiskError.
 * Not `recursive`: in /proc that never ends, and it tells of a missing parent where no inode is left.
 */
export function makeWritableFolder(path: string, doing?: string, isNamed = false): void {
  try {
    make(path);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw diskErrorOf(error, { path, doing, isNamed }) ?? error;
  }
}

function make(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  if (there) throw Object.assign(new Error(`ENOTDIR: ${path}`), { code: 'ENOTDIR', path });
  if (dirname(path) !== path) make(dirname(path));
  try {
    mkdirSync(path, { mode: ownFolderMode() });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
