import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileKind, listInside, readFileInside, UntrustedFileError } from '../host/untrusted-files';
import { EngineError } from './errors';
import { isEntryFileName } from './vdb';

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

function refused(buildDir: string, problem: string, cause?: unknown): EngineError {
  const cpv = `${basename(dirname(buildDir))}/${basename(buildDir)}`;
  return new EngineError('IMAGE_REFUSED', `\`${cpv}\` left what cannot be used: ${problem}`, {
    hint: 'The ebuild changed its work folder in a way that no package needs. Look at its `src_install`.',
    details: { cpv, buildDir },
    cause,
  });
}

/** Runs `read`; what it refuses is told with the package whose phases left it there. */
function reading<T>(buildDir: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UntrustedFileError) throw refused(buildDir, error.message, error);
    throw error;
  }
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

/** A text file of `build-info/` as phases left it; '' when there is none. Throws IMAGE_REFUSED. */
export function readBuildInfoText(buildDir: string, name: string): string {
  return reading(buildDir, () => readFileInside(buildDir, join('build-info', name), maxInfoBytes))?.toString() ?? '';
}

/** All files of `build-info/` by name, text as string. Throws IMAGE_REFUSED for anything else there. */
export function readBuildInfo(buildDir: string): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  for (const name of reading(buildDir, () => listInside(buildDir, 'build-info', maxInfoFiles))) {
    if (!isEntryFileName(name))
      throw refused(buildDir, `\`build-info\` holds a file with the name ${JSON.stringify(name)}`);
    const data = reading(buildDir, () => readFileInside(buildDir, join('build-info', name), maxInfoBytes));
    if (data) files.set(name, /\.(bz2|gz|xz|zst)$/.test(name) ? data : data.toString('utf8'));
  }
  return files;
}
