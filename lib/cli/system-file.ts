import { resolve } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { releaseKeys } from '../host/os-release';
import type { KnownSystem } from '../sysext/known-systems';
import { UsageError } from './command';

const mostBytes = 64 * 1024;

/** The system that an os-release file describes, to compare images with. Throws UsageError. */
export function readSystem(file: string): KnownSystem {
  const path = resolve(file);
  const answer = new ContainedFolder('/').read(path, mostBytes);
  if (answer.kind === 'missing') throw new UsageError(`There is no file \`${file}\`.`);
  if (answer.kind === 'refused') throw new UsageError(`\`${file}\` ${answer.reason}.`);
  const release = releaseKeys(answer.data.toString('utf8'));
  if (!release.ID)
    throw new UsageError(
      `\`${file}\` is not an os-release file: it has no line \`ID=\`. Name a copy of the target's /etc/os-release.`,
    );
  const name = release.PRETTY_NAME ?? `${release.ID} ${release.VERSION_ID ?? ''}`.trim();
  return { id: file, name, asOf: null, source: path, release };
}
