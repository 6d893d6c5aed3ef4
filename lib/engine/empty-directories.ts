import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageEntry } from './image-tree';

/** Directories below EPREFIX that hold no file, nor directories that do; parents before children. */
export function emptyDirectories(entries: readonly ImageEntry[], eprefix: string): readonly string[] {
  const filled = new Set<string>();
  for (const { path, kind } of entries) {
    if (kind === 'dir') continue;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const directory = path.slice(0, at);
      if (filled.has(directory)) break;
      filled.add(directory);
    }
  }
  return entries
    .filter(({ path, kind }) => kind === 'dir' && path.startsWith(`${eprefix}/`) && !filled.has(path))
    .map(({ path }) => path);
}

/** Removes empty directories from an image; answers what is left. */
export function dropDirectories(
  imageDir: string,
  entries: readonly ImageEntry[],
  paths: readonly string[],
): readonly ImageEntry[] {
  for (const path of [...paths].reverse()) rmdirSync(join(imageDir, path));
  const gone = new Set(paths);
  return entries.filter(({ path }) => !gone.has(path));
}
