import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { copyFileUnless } from './copy-file';

/**
 * Copies a file into a folder that others may have written to: made anew beside its place and then renamed, so that a link which
 * stands there is replaced and never written through. `check` is given the copy before it is in its place; what it throws leaves
 * nothing behind. Throws what the file system says.
 */
export async function placeCopy(source: string, path: string, check?: (copy: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await copyFileUnless(undefined, source, part);
    await check?.(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
