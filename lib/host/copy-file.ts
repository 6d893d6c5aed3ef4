import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, constants, copyFile, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const pieceBytes = 1 << 20;

/**
 * Copies a file with its mode to a name that must not be there: shared blocks where the file system has them, else in
 * pieces, so that a cancel ends it (AbortError) and leaves nothing. Throws what the file system says.
 */
export async function copyFileUnless(signal: AbortSignal | undefined, from: string, to: string): Promise<void> {
  signal?.throwIfAborted();
  const { mode, size } = await stat(from);
  if (size <= pieceBytes) return copyFile(from, to, constants.COPYFILE_EXCL);
  const isCloned = await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      return false;
    },
  );
  if (isCloned) return;
  const target = createWriteStream(to, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(createReadStream(from, { highWaterMark: pieceBytes }), target, { signal });
    await chmod(to, mode & 0o7777);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(to, { force: true });
    throw error;
  }
}
