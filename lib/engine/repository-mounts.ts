import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxMount } from '../host/sandbox';

/** What may stand beside the ebuilds of a clone and is nobody's business: its address may hold a password. */
const versionControl = ['.git', '.hg', '.svn'];

/** Repositories read-only at their own places, without the records of version control. Those that are not there are left out. */
export function repositoryMounts(folders: readonly string[]): readonly SandboxMount[] {
  return folders.flatMap((folder) => {
    if (!isFolder(folder)) return [];
    const hidden = versionControl.map((name) => join(folder, name)).filter(isFolder);
    return [
      { source: folder, target: folder, access: 'read-only' as const },
      ...hidden.map((path) => ({ source: path, target: path, access: 'hidden' as const })),
    ];
  });
}

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
