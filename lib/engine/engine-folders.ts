import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxMount } from '../host/sandbox';
import { EngineError } from './errors';
import type { TargetRoot } from './vdb';

/** A folder of a root, relative to EROOT, that only Prefix Studio writes. */
export interface EngineFolder {
  readonly path: string;
  /** what it holds, for messages */
  readonly purpose: string;
  /** no package may install a file there */
  readonly isClosed: boolean;
}

/**
 * Folders of a root that we trust when we read them again: what phases of a merge or files of a package put there would be
 * believed, and links there would be followed.
 */
export const engineFolders: readonly EngineFolder[] = [
  { path: 'var/db/pkg', purpose: 'the package database', isClosed: true },
  { path: 'var/lib/portage', purpose: 'the world file', isClosed: false },
  { path: 'etc/portage', purpose: 'the configuration of the prefix', isClosed: false },
];

/** Is `path` the folder or something below it? */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The folder and those above it, `var`, `var/db`, `var/db/pkg`. */
function wayTo(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * Makes the folders of a root where they are missing. Throws PATH_ESCAPES_ROOT when one of them, or one above it, is a
 * link or a file.
 */
export function prepareEngineFolders({ root, eprefix }: TargetRoot): void {
  mkdirSync(root, { recursive: true });
  for (const { path, purpose } of engineFolders) {
    for (const part of wayTo(`${eprefix}/${path}`.slice(1))) {
      const onDisk = join(root, part);
      const info = lstatSync(onDisk, { throwIfNoEntry: false });
      if (!info) mkdirSync(onDisk);
      else if (!info.isDirectory()) {
        throw new EngineError(
          'PATH_ESCAPES_ROOT',
          `\`${onDisk}\` is not a directory, so ${purpose} cannot be trusted`,
          {
            hint: 'Something other than Prefix Studio changed the root. Set the prefix up again with `--force`.',
            details: { path: onDisk },
          },
        );
      }
    }
  }
}

/**
 * Mounts for phases that may write below a prefix: our folders are read-only, and the folders above them cannot be renamed
 * or replaced because something is mounted on them.
 */
export function engineFolderMounts(target: TargetRoot): readonly SandboxMount[] {
  prepareEngineFolders(target);
  const { root, eprefix } = target;
  const ways = [...new Set(engineFolders.flatMap(({ path }) => wayTo(path)))].sort();
  const isOurs = (path: string): boolean => engineFolders.some((folder) => folder.path === path);
  return ways.map((path) => ({
    source: join(root, eprefix, path),
    target: `${eprefix}/${path}`,
    access: isOurs(path) ? 'read-only' : 'read-write',
    // what stands in them is given with the prefix, or came with a merge
    giving: 'folder',
  }));
}
