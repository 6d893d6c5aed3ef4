import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';

/**
 * Puts a file into a folder that others may have written to: made anew beside its place and then renamed, so that a link which
 * stands there is replaced and never written through. `make` is given the path to fill, where nothing is. Throws what it throws.
 */
async function place(path: string, make: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await make(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** `check` is given the copy before it is in its place. */
export const placeCopy = (source: string, path: string, check?: (copy: string) => Promise<void>): Promise<void> =>
  place(path, async (part) => {
    await copyFile(source, part, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await check?.(part);
  });

export const placeText = (path: string, text: string): Promise<void> =>
  place(path, (part) => writeFile(part, text, { flag: 'wx' }));
