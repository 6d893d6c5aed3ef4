import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../errors';

/**
 * Something below a folder that code of a stranger may have written is not what its reader expects: a link, a FIFO, a
 * device, a folder where a file belongs, or more than the limit.
 */
export class UntrustedFileError extends StudioError<'UNTRUSTED_FILE'> {
  override readonly name = 'UntrustedFileError';
}

/** What `lstat` found, in words for a message: `a symbolic link`. */
export function fileKind(info: Stats): string {
  if (info.isSymbolicLink()) return 'a symbolic link';
  if (info.isDirectory()) return 'a directory';
  if (info.isFIFO()) return 'a FIFO';
  if (info.isSocket()) return 'a socket';
  if (info.isBlockDevice() || info.isCharacterDevice()) return 'a device';
  return 'a regular file';
}

function refuse(path: string, problem: string): UntrustedFileError {
  return new UntrustedFileError('UNTRUSTED_FILE', `\`${path}\` ${problem}`, { details: { path } });
}

function expectKind(path: string, info: Stats, isExpected: boolean, expected: string): void {
  if (!isExpected) throw refuse(path, `is ${fileKind(info)}, not ${expected}`);
}

/**
 * Looks at `path` below `base` without following any link on the way; null: nothing is there. `base` itself is ours and
 * trusted. Throws UNTRUSTED_FILE when a part of the way is no directory.
 */
export function lstatInside(base: string, path: string): Stats | null {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.includes('..')) throw refuse(path, 'leads out of its folder');
  let here = base;
  let info: Stats | undefined = lstatSync(here, { throwIfNoEntry: false });
  for (const part of parts) {
    if (!info) return null;
    expectKind(here, info, info.isDirectory(), 'a directory');
    here = join(here, part);
    info = lstatSync(here, { throwIfNoEntry: false });
  }
  return info ?? null;
}

/**
 * The content of a regular file below `base`; null: nothing is there. No link is followed, nothing that could block or
 * act is opened, and never more than `maxBytes` are read. Throws UNTRUSTED_FILE.
 */
export function readFileInside(base: string, path: string, maxBytes: number): Buffer | null {
  const found = lstatInside(base, path);
  if (!found) return null;
  const onDisk = join(base, path);
  expectKind(onDisk, found, found.isFile(), 'a regular file');
  const file = openSync(onDisk, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const info = fstatSync(file);
    expectKind(onDisk, info, info.isFile(), 'a regular file');
    if (info.size > maxBytes) throw refuse(onDisk, `has ${info.size} bytes; at most ${maxBytes} are read`);
    return readAll(file, info.size);
  } finally {
    closeSync(file);
  }
}

function readAll(file: number, sizeBytes: number): Buffer {
  const data = Buffer.alloc(sizeBytes);
  let at = 0;
  for (let count = -1; count !== 0 && at < sizeBytes; at += count) count = readSync(file, data, at, sizeBytes - at, at);
  return data.subarray(0, at);
}

/**
 * Names in a directory below `base`, sorted; none when it is not there. No link is followed. Throws UNTRUSTED_FILE, also
 * when there are more than `maxEntries`.
 */
export function listInside(base: string, path: string, maxEntries: number): readonly string[] {
  const info = lstatInside(base, path);
  if (!info) return [];
  const onDisk = join(base, path);
  expectKind(onDisk, info, info.isDirectory(), 'a directory');
  const names: string[] = [];
  const directory = opendirSync(onDisk);
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      if (names.length === maxEntries) throw refuse(onDisk, `holds more than ${maxEntries} entries`);
      names.push(entry.name);
    }
  } finally {
    directory.closeSync();
  }
  return names.sort();
}
