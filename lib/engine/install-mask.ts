import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fitsPattern, parseTextPattern } from '../pms';
import type { ImageEntry } from './image-tree';

/** Shell pattern over the whole text; `*` takes slashes too, as in Python's fnmatch, which Portage uses. */
const matchesPattern = (text: string, pattern: string): boolean =>
  fitsPattern(parseTextPattern(pattern, { hasSets: true }), text);

/**
 * Does one INSTALL_MASK pattern name this path (relative to EPREFIX, with leading slash; directories end in a slash)?
 * A pattern without leading slash is held against the names of files.
 */
function isNamed(path: string, pattern: string): boolean {
  const isDirectory = path.endsWith('/');
  if (!pattern.startsWith('/')) return !isDirectory && matchesPattern(path.slice(path.lastIndexOf('/') + 1), pattern);
  const bare = pattern.replace(/(?<!\/)\/+$/, '');
  return matchesPattern(path, isDirectory ? `${bare}/` : pattern) || matchesPattern(path, `${bare}/*`);
}

/** Is a path left out? The last pattern that names it decides; `-` in front brings back. Source: make.conf(5), INSTALL_MASK. */
export function isInstallMasked(path: string, eprefix: string, patterns: readonly string[]): boolean {
  const relative = path.startsWith(`${eprefix}/`) ? path.slice(eprefix.length) : path;
  let masked = false;
  for (const pattern of patterns) {
    const keeps = pattern.startsWith('-');
    if (isNamed(relative, keeps ? pattern.slice(1) : pattern)) masked = !keeps;
  }
  return masked;
}

/**
 * Takes what INSTALL_MASK names out of an image, and the directories that became empty by it. Answers the left-out
 * files, links and fifos.
 */
export async function applyInstallMask(
  imageDir: string,
  entries: readonly ImageEntry[],
  eprefix: string,
  patterns: readonly string[],
): Promise<readonly string[]> {
  if (patterns.length === 0) return [];
  const left: string[] = [];
  const touched = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'dir' || !isInstallMasked(entry.path, eprefix, patterns)) continue;
    await rm(join(imageDir, entry.path));
    left.push(entry.path);
    for (let parent = entry.path; parent.includes('/'); ) {
      parent = parent.slice(0, parent.lastIndexOf('/'));
      touched.add(parent);
    }
  }
  const isMaskedDirectory = (entry: ImageEntry): boolean => isInstallMasked(`${entry.path}/`, eprefix, patterns);
  const directories = entries.filter(
    (entry) => entry.kind === 'dir' && (touched.has(entry.path) || isMaskedDirectory(entry)),
  );
  for (const { path } of [...directories].reverse()) await rmdir(join(imageDir, path)).catch(() => undefined);
  return left;
}
