import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InspectError } from './errors';

/** The kernel's own limit. Source: path_resolution(7) */
const mostLinks = 40;

/**
 * Follows a path as a process would whose root directory is `root`: absolute links start at `root` again, `..` stops there.
 * Answers the real path on this machine, whose components are no links, always at or below `root`.
 * Throws NO_SUCH_FILE, TOO_MANY_LINKS, NOT_A_DIRECTORY.
 */
export async function resolveInRoot(root: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new InspectError('NO_SUCH_FILE', 'A path cannot hold a NUL byte.');
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  const done: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const part = pending.shift() as string;
    if (part === '..') {
      done.pop();
      continue;
    }
    const here = join(root, ...done, part);
    const stats = await lstat(here).catch((cause) => {
      throw new InspectError('NO_SUCH_FILE', `There is no \`/${[...done, part].join('/')}\` in this root.`, { cause });
    });
    if (stats.isSymbolicLink()) {
      links += 1;
      if (links > mostLinks) throw new InspectError('TOO_MANY_LINKS', `\`${path}\` is a loop of symbolic links.`);
      const target = await readlink(here);
      if (target.startsWith('/')) done.length = 0;
      pending.unshift(...target.split('/').filter((step) => step !== '' && step !== '.'));
      continue;
    }
    if (pending.length > 0 && !stats.isDirectory()) {
      throw new InspectError('NOT_A_DIRECTORY', `\`/${[...done, part].join('/')}\` is not a directory.`);
    }
    done.push(part);
  }
  return join(root, ...done);
}

/** Opens a regular file inside `root` for reading. A link put in its place meanwhile is refused. Throws as `resolveInRoot`, NOT_A_FILE. */
export async function openInRoot(root: string, path: string): Promise<FileHandle> {
  const real = await resolveInRoot(root, path);
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((cause) => {
    throw new InspectError('NOT_A_FILE', `\`${path}\` cannot be read.`, { cause });
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new InspectError('NOT_A_FILE', `\`${path}\` is not a regular file.`);
}
