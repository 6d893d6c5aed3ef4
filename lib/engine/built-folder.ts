import { lstatSync, mkdirSync, type Stats, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { EngineError } from './errors';
import { isBytesFile, isEntryFileName } from './vdb';

/** Largest file of `build-info/`; the saved environment of a real build has some hundred kilobytes. */
const maxInfoBytes = 64 << 20;
const maxInfoFiles = 1000;

/** Folders that phases find below the work folder of their package. */
const phaseFolders = ['work', 'temp', 'homedir', 'image', 'build-info'];

/**
 * What a file is called that belongs to the work on one package but that its phases must not touch: it stands beside the
 * work folder, which is all of the host that they can write.
 */
export function besideWorkFolder(buildDir: string, name: string): string {
  return join(dirname(buildDir), `.${basename(buildDir)}.${name}`);
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

/** The error for something that phases left and no package may hold; `problem` is a clause. */
export function refused(
  buildDir: string,
  problem: string,
  hint = 'The ebuild changed its work folder in a way that no package needs. Look at its `src_install`.',
): EngineError {
  const cpv = `${basename(dirname(buildDir))}/${basename(buildDir)}`;
  return new EngineError('IMAGE_REFUSED', `\`${cpv}\` left something that cannot be used: ${problem}`, {
    hint,
    details: { cpv, buildDir },
  });
}

/** Makes the folders that phases need. What earlier phases put in the place of one goes away; it is not followed. */
export function preparePhaseFolders(buildDir: string): void {
  for (const name of phaseFolders) {
    const path = join(buildDir, name);
    const info = lstatSync(path, { throwIfNoEntry: false });
    if (info && !info.isDirectory()) unlinkSync(path);
    mkdirSync(path, { recursive: true });
  }
}

/**
 * Makes sure that an image is a directory of its work folder, and not a way to another place or another file system.
 * Answers its device. Throws IMAGE_REFUSED.
 */
export function requireImage(imageDir: string): number {
  const buildDir = dirname(imageDir);
  const info = lstatSync(imageDir, { throwIfNoEntry: false });
  if (!info) throw refused(buildDir, `\`${imageDir}\` (D) is gone`);
  if (!info.isDirectory()) throw refused(buildDir, `\`${imageDir}\` (D) is ${fileKind(info)}, not a directory`);
  if (info.dev !== lstatSync(buildDir).dev) throw refused(buildDir, `\`${imageDir}\` (D) is another file system`);
  return info.dev;
}

function readInfo(folder: ContainedFolder, name: string): Buffer | null {
  const answer = folder.read(join(folder.path, 'build-info', name), maxInfoBytes);
  if (answer.kind === 'refused') throw refused(folder.path, `\`${answer.path}\` ${answer.reason}`);
  return answer.kind === 'content' ? answer.data : null;
}

/** A text file of `build-info/` as phases left it; '' when there is none. Throws IMAGE_REFUSED. */
export function readBuildInfoText(buildDir: string, name: string): string {
  return readInfo(new ContainedFolder(buildDir), name)?.toString('utf8') ?? '';
}

/** All files of `build-info/` by name, text as string. Throws IMAGE_REFUSED for what no package has there. */
export function readBuildInfo(buildDir: string): Map<string, string | Uint8Array> {
  const folder = new ContainedFolder(buildDir);
  const listed = folder.list(join(buildDir, 'build-info'), maxInfoFiles);
  if (listed.kind === 'refused') throw refused(buildDir, `\`${listed.path}\` ${listed.reason}`);
  const files = new Map<string, string | Uint8Array>();
  for (const name of listed.kind === 'content' ? listed.names : []) {
    if (!isEntryFileName(name)) throw refused(buildDir, `\`build-info\` has an entry ${JSON.stringify(name)}`);
    const data = readInfo(folder, name);
    if (data) files.set(name, isBytesFile(name) ? data : data.toString('utf8'));
  }
  return files;
}
