import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OverlayError } from './errors';

/** A path below a folder that leads nowhere else: plain names, no links to follow. */
const isPlainPath = (path: string): boolean =>
  path.length <= 1000 &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\p{Cc}\\]/u.test(part));

const refuse = (path: string, reason: string): OverlayError =>
  new OverlayError('OVERLAY_FILE_REFUSED', `\`${path}\` ${reason}`, {
    hint: 'Files of an overlay are regular files below its own folder.',
    details: { path },
  });

/** Makes the folders above a file, none of them through a link. Throws OVERLAY_FILE_REFUSED. */
function makeFolders(top: string, path: string): void {
  mkdirSync(top, { recursive: true });
  const parts = path.split('/').slice(0, -1);
  for (let length = 1; length <= parts.length; length++) {
    const folder = join(top, ...parts.slice(0, length));
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (!found) mkdirSync(folder);
    else if (!found.isDirectory()) throw refuse(folder, 'is not a folder');
  }
}

/**
 * Writes one file below a folder in one step; a link in its place is replaced and never followed. `path` is relative.
 * Throws OVERLAY_FILE_REFUSED.
 */
export function writeBelow(top: string, path: string, data: string | Uint8Array, mode = 0o644): void {
  if (!isPlainPath(path)) throw refuse(path, 'is not a path of an overlay');
  makeFolders(top, path);
  const target = join(top, path);
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory()) throw refuse(target, 'is a folder');
  const temporary = join(dirname(target), `.new.${process.pid}`);
  try {
    writeFileSync(temporary, data, { mode, flag: 'wx' });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes one file below a folder, and the folders above it that are empty then. False: there was none. */
export function removeBelow(top: string, path: string): boolean {
  if (!isPlainPath(path)) throw refuse(path, 'is not a path of an overlay');
  const target = join(top, path);
  for (let folder = dirname(target); folder.length > top.length; folder = dirname(folder)) {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) throw refuse(folder, 'is a link');
  }
  const found = lstatSync(target, { throwIfNoEntry: false });
  if (!found || found.isDirectory()) return false;
  unlinkSync(target);
  for (let folder = dirname(target); folder.length > top.length; folder = dirname(folder)) {
    if (!removeIfEmpty(folder)) break;
  }
  return true;
}

function removeIfEmpty(folder: string): boolean {
  try {
    // not `recursive`: it says no when there is something in it
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
