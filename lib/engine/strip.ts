import { chmod, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runShutIn, shutInFolder } from '../host/shut-in';
import { binaryKind } from './elf-scan';
import { EngineError } from './errors';
import type { ImageEntry } from './image-tree';
import { toolMissing } from './tool-missing';

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

/** `.o` and archives keep what a linker needs. */
const optionOf = { elf: '--strip-unneeded', 'debug-only': '--strip-debug' } as const;

/** A file that strip could not read, and what it said. It stays as it was. */
export interface NotStripped {
  readonly path: string;
  readonly said: string;
}

interface StripRun {
  readonly imageDir: string;
  /** the program with its options */
  readonly command: readonly [string, ...string[]];
  /** paths of all entries of the image */
  readonly known: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** A strip that crashed leaves the file that it wrote, beside the one that it read. */
async function removeRemains({ imageDir, known }: StripRun, files: readonly string[]): Promise<void> {
  for (const folder of new Set(files.map((path) => dirname(path)))) {
    for (const name of await readdir(join(imageDir, folder))) {
      const path = join(folder, name);
      if (/^st[A-Za-z0-9]{6}$/.test(name) && !known.has(path)) await rm(join(imageDir, path), { force: true });
    }
  }
}

const openMode = 0o700;

/**
 * Works while every folder above these files is open to its owner, as whom strip runs and beside whose files it writes. Then they
 * have their modes again.
 */
async function withOpenFolders<T>(
  imageDir: string,
  entries: readonly ImageEntry[],
  files: readonly ImageEntry[],
  work: () => Promise<T>,
): Promise<T> {
  const above = new Set(files.flatMap(({ path }) => foldersAbove(path)));
  const closed = entries.filter(
    ({ kind, path, mode }) => kind === 'dir' && above.has(path) && (mode & openMode) !== openMode,
  );
  try {
    for (const { path, mode } of closed) await chmod(join(imageDir, path), mode | openMode);
    return await work();
  } finally {
    for (const { path, mode } of closed.toReversed()) await chmod(join(imageDir, path), mode);
  }
}

function foldersAbove(path: string): readonly string[] {
  const above = dirname(path);
  return above === '/' ? [] : [above, ...foldersAbove(above)];
}

/** Strips these files; when it cannot, looks for the ones at fault by halves. */
async function stripFiles(run: StripRun, files: readonly string[]): Promise<readonly NotStripped[]> {
  const inside = files.map((path) => shutInFolder + path);
  const end = await runShutIn({ command: [...run.command, ...inside], folder: run.imageDir, signal: run.signal });
  const [tool] = run.command;
  if (end === null) throw toolMissing(tool);
  const { exitCode, how, hint, output } = end;
  if (exitCode === 0) return [];
  const details = { tool, exitCode, stderr: output };
  if (hint) throw new EngineError('TOOL_FAILED', `\`${tool}\` ${how}`, { hint, details });
  await removeRemains(run, files);
  if (files.length === 1) {
    const said = output.trim().split('\n').at(-1) || how;
    return [{ path: files[0] as string, said: said.replaceAll(shutInFolder, '') }];
  }
  const half = Math.ceil(files.length / 2);
  return [...(await stripFiles(run, files.slice(0, half))), ...(await stripFiles(run, files.slice(half)))];
}

/**
 * Strips programs, libraries and archives of an image in place. `strip` is the program of the target's CHOST; it runs shut
 * in with the image, because its parsers were not written for files of strangers.
 * Returns how many files were given to it. A file that it cannot read is told to `onNotStripped` and stays as it is, as with
 * Portage's estrip. Throws TOOL_FAILED when a limit ended it, TOOL_MISSING, AbortError when cancelled.
 */
export async function stripImage(
  imageDir: string,
  entries: readonly ImageEntry[],
  rules: StripRules,
  strip: string,
  onNotStripped: (file: NotStripped) => void,
  signal?: AbortSignal,
): Promise<number> {
  const known = new Set(entries.map(({ path }) => path));
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
  const stripGroup = async (group: readonly ImageEntry[], option: string): Promise<void> => {
    const closed = group.filter((entry) => (entry.mode & 0o600) !== 0o600);
    for (const entry of closed) await chmod(join(imageDir, entry.path), entry.mode | 0o600);
    for (let at = 0; at < group.length; at += filesPerRun) {
      const files = group.slice(at, at + filesPerRun).map(({ path }) => path);
      const command = [strip, option, '--enable-deterministic-archives', '--'] as const;
      for (const file of await stripFiles({ imageDir, command, known, signal }, files)) onNotStripped(file);
    }
    // strip loses setuid and setgid when it writes as another user
    for (const entry of group) await chmod(join(imageDir, entry.path), entry.mode);
  };
  for (const [kind, group] of [
    ['elf', whole],
    ['debug-only', debugOnly],
  ] as const) {
    if (group.length > 0) await withOpenFolders(imageDir, entries, group, () => stripGroup(group, optionOf[kind]));
  }
  return whole.length + debugOnly.length;
}
