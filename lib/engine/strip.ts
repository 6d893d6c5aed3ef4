import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { shutInFolder } from '../host/shut-in';
import { binaryKind } from './elf-scan';
import type { ImageEntry } from './image-tree';
import { runShutInOrThrow } from './shut-in-tool';

/** What is stripped: everything or, with RESTRICT=strip, what `dostrip` names; never what `dostrip -x` names. Source: PMS 12.3.10. */
export interface StripRules {
  readonly restricted: boolean;
  /** absolute paths below EPREFIX, files or directories */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly eprefix: string;
}

/** Does `dostrip` let this file be stripped? */
export function mayStrip(path: string, { restricted, include, exclude, eprefix }: StripRules): boolean {
  const isNamed = (names: readonly string[]): boolean =>
    names.some((name) => {
      const full = `${eprefix}/${name}`.replace(/\/+/g, '/').replace(/\/$/, '');
      return path === full || path.startsWith(`${full}/`);
    });
  return (restricted ? isNamed(include) : true) && !isNamed(exclude);
}

/** A command line holds two megabytes, and a path of an image at most two kilobytes. */
const filesPerRun = 500;

/** Arguments for one run of strip over files of one kind. `.o` and archives keep what a linker needs. */
function stripArguments(kind: 'elf' | 'debug-only', files: readonly string[]): readonly string[] {
  return [kind === 'elf' ? '--strip-unneeded' : '--strip-debug', '--enable-deterministic-archives', '--', ...files];
}

/**
 * Strips programs, libraries and archives of an image in place. `strip` is the program of the target's CHOST; it runs shut
 * in with the image, because its parsers were not written for files of strangers.
 * Returns how many files were given to it. Throws TOOL_FAILED, TOOL_MISSING.
 */
export async function stripImage(
  imageDir: string,
  entries: readonly ImageEntry[],
  rules: StripRules,
  strip: string,
): Promise<number> {
  const whole: ImageEntry[] = [];
  const debugOnly: ImageEntry[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.sizeBytes < 52 || seen.has(entry.inode)) continue;
    seen.add(entry.inode);
    if (!mayStrip(entry.path, rules)) continue;
    const kind = binaryKind(join(imageDir, entry.path));
    if (kind === null) continue;
    if (kind === 'archive' || /\.(o|ko)$/.test(entry.path)) debugOnly.push(entry);
    else whole.push(entry);
  }
  for (const [kind, group] of [
    ['elf', whole],
    ['debug-only', debugOnly],
  ] as const) {
    if (group.length === 0) continue;
    const readOnly = group.filter((entry) => (entry.mode & 0o200) === 0);
    for (const entry of readOnly) await chmod(join(imageDir, entry.path), entry.mode | 0o200);
    for (let at = 0; at < group.length; at += filesPerRun) {
      const files = group.slice(at, at + filesPerRun).map(({ path }) => shutInFolder + path);
      await runShutInOrThrow({ command: [strip, ...stripArguments(kind, files)], folder: imageDir });
    }
    // strip loses setuid and setgid when it writes as another user
    for (const entry of group) await chmod(join(imageDir, entry.path), entry.mode);
  }
  return whole.length + debugOnly.length;
}
