import { resolve } from 'node:path';
import { releaseKeys } from '../host/os-release';
import type { KnownSystem } from '../sysext/known-systems';
import { UsageError } from './command';
import { readTypedFile, type TypedFileKind } from './typed-file';

const kind: TypedFileKind = { name: 'copy of /etc/os-release', mostBytes: 64 * 1024 };

/** The system that an os-release file describes, to compare images with; `-`: standard input. Throws UsageError. */
export async function readSystem(file: string): Promise<KnownSystem> {
  const release = releaseKeys((await readTypedFile(file, kind)).toString('utf8'));
  if (!release.ID)
    throw new UsageError(
      `\`${file}\` is not an os-release file: it has no line \`ID=\`. Name a copy of the target's /etc/os-release.`,
    );
  const name = release.PRETTY_NAME ?? `${release.ID} ${release.VERSION_ID ?? ''}`.trim();
  const source = file === '-' ? 'standard input' : resolve(file);
  return { id: file, name, asOf: null, source, release };
}
