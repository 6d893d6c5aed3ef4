import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageEntry } from './image-tree';

/** Libraries lie in these folders of a prefix, and only there. */
const libraryFolder = /^(?:\/usr)?\/lib[^/]*\/[^/]+$/;

/** The mode that a library should have; null: it is none, or has it. Source: portage(5), QA check "libraries" */
function wantedMode(path: string, mode: number): number | null {
  if (!libraryFolder.test(path)) return null;
  if (/\.so(?:\.[^/]+)?$/.test(path)) return (mode & 0o111) === 0o111 ? null : mode | 0o111;
  if (/\.l?a$/.test(path)) return (mode & 0o111) === 0 ? null : mode & ~0o111;
  return null;
}

/**
 * Shared libraries can be executed, archives and libtool files cannot, whatever a build system set: CMake installs shared ones
 * without, and ldd complains of them. Answers how many were changed.
 */
export function mendLibraryModes(imageDir: string, entries: readonly ImageEntry[], eprefix: string): number {
  let changed = 0;
  for (const { kind, path, mode } of entries) {
    if (kind !== 'file' || !path.startsWith(`${eprefix}/`)) continue;
    const wanted = wantedMode(path.slice(eprefix.length), mode);
    if (wanted === null) continue;
    chmodSync(join(imageDir, path), wanted & 0o7777);
    changed++;
  }
  return changed;
}
