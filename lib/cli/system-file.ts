import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildMachine } from '../host/build-machine';
import { ContainedFolder } from '../host/contained-file';
import { releaseKeys } from '../host/os-release';
import { boards } from '../layout/names';
import type { KnownSystem } from '../sysext/known-systems';
import { UsageError } from './command';
import { readTypedFile, type TypedFileKind } from './typed-file';

const kind: TypedFileKind = {
  name: 'copy of /etc/os-release',
  mostBytes: 64 * 1024,
  tooLarge: 'If it is the image of a system, mount it and name the folder.',
};

/** Where a system has it: its root, or the file system that is mounted at its /usr. Source: os-release(5) */
const places = ['etc/os-release', 'usr/lib/os-release', 'lib/os-release'];

/**
 * The system that an os-release file describes, to compare images with; `-`: standard input; a folder: the root or /usr of a
 * system. Throws UsageError.
 */
export async function readSystem(file: string): Promise<KnownSystem> {
  const isFolder = file !== '-' && (await stat(file).catch(() => null))?.isDirectory() === true;
  const written = releaseKeys(isFolder ? releaseIn(resolve(file)) : (await readTypedFile(file, kind)).toString('utf8'));
  const release = (await isOwn(file)) ? { ...ownArchitecture(), ...written } : written;
  if (!release.ID)
    throw new UsageError(
      `\`${file}\` is not an os-release file: it has no line \`ID=\`. Name a copy of the target's /etc/os-release.`,
    );
  const name = release.PRETTY_NAME ?? `${release.ID} ${release.VERSION_ID ?? ''}`.trim();
  const source = file === '-' ? 'standard input' : resolve(file);
  return { id: file, name, asOf: null, source, release };
}

/** The file of this machine, or its root. */
async function isOwn(file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => null);
  return real === '/' || (real !== null && real === (await realpath('/etc/os-release').catch(() => null)));
}

/** Few systems name their processor in the file; of this one it is known. */
function ownArchitecture(): Readonly<Record<string, string>> {
  const board = Object.values(boards).find(({ chost }) => chost.startsWith(`${buildMachine()}-`));
  return board === undefined ? {} : { ARCHITECTURE: board.sysextArchitecture };
}

/** Somebody else made the system: its links are not followed out of it. */
function releaseIn(folder: string): string {
  const system = new ContainedFolder(folder);
  const answers = places.map((place) => system.read(join(folder, place), kind.mostBytes));
  const found = answers.find((answer) => answer.kind === 'content');
  if (found?.kind === 'content') return found.data.toString('utf8');
  const refused = answers.find((answer) => answer.kind === 'refused');
  if (refused?.kind === 'refused') throw new UsageError(`\`${refused.path}\` ${refused.reason}.`);
  throw new UsageError(
    `The folder \`${folder}\` is not the root of a system: it has no etc/os-release. Name the file, or the folder where the system is mounted.`,
  );
}
