import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import type { ContentsEntry } from './contents';
import { parseContents } from './contents';
import type { RootedPaths } from './rooted-path';

/** One root with a package database. `root` has no trailing slash; `eprefix` is empty or absolute. */
export interface TargetRoot {
  readonly root: string;
  readonly eprefix: string;
}

export const vdbDirectory = ({ root, eprefix }: TargetRoot): string => join(root, eprefix, 'var/db/pkg');

/** Directory of an installed package's entry. */
export const vdbEntryDirectory = (target: TargetRoot, cpv: string): string => join(vdbDirectory(target), cpv);

/** Where the entry of a package stands until its merge is complete; real Portage uses and ignores the same name. */
export function mergingDirectory(target: TargetRoot, cpv: string): string {
  const [category = '', pf = ''] = cpv.split('/');
  return join(vdbDirectory(target), category, `-MERGING-${pf}`);
}

async function namesIn(path: string): Promise<readonly string[]> {
  return (await readdir(path).catch(() => [] as string[])).sort();
}

/** `category/PF` of every complete entry, sorted. */
export async function listInstalled(target: TargetRoot): Promise<readonly string[]> {
  const found: string[] = [];
  for (const category of await namesIn(vdbDirectory(target))) {
    if (!/^[A-Za-z0-9_]/.test(category)) continue;
    for (const pf of await namesIn(join(vdbDirectory(target), category))) {
      if (/^[A-Za-z0-9_]/.test(pf)) found.push(`${category}/${pf}`);
    }
  }
  return found;
}

/** Larger than the CONTENTS of an image that is as large as it may be. */
const maxEntryFileBytes = 480 << 20;

/**
 * Text of one file of an entry without the final line break; '' when it is not there, or is a link out of the database or
 * no regular file, because people and earlier versions may have put anything there.
 */
export async function readEntryFile(target: TargetRoot, cpv: string, name: string): Promise<string> {
  const answer = readContained(vdbDirectory(target), join(cpv, name), maxEntryFileBytes);
  return answer.kind === 'content' ? answer.data.toString('utf8').replace(/\n$/, '') : '';
}

export async function readInstalledContents(target: TargetRoot, cpv: string): Promise<readonly ContentsEntry[]> {
  return parseContents(await readEntryFile(target, cpv, 'CONTENTS'));
}

/** An owned path: which packages list it, and as what. */
export interface Ownership {
  readonly cpv: string;
  readonly entry: ContentsEntry;
}

/** Owners by path, links in the directory part resolved, so that `/lib/x` and `/usr/lib/x` are one when `/lib` is a link. */
export async function readOwners(
  target: TargetRoot,
  paths: RootedPaths,
): Promise<ReadonlyMap<string, readonly Ownership[]>> {
  const owners = new Map<string, Ownership[]>();
  for (const cpv of await listInstalled(target)) {
    for (const entry of await readInstalledContents(target, cpv)) {
      const key = paths.canonical(entry.path);
      const known = owners.get(key);
      if (known) known.push({ cpv, entry });
      else owners.set(key, [{ cpv, entry }]);
    }
  }
  return owners;
}

/** May a file of a VDB entry have this name? Names come from builds and binary packages, so they are never trusted. */
export const isEntryFileName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(name);

/** Is a file of an entry kept as the bytes that it is, and not as text? A saved environment may hold any. */
export const isBytesFile = (name: string): boolean => name === 'environment' || /\.(bz2|gz|xz|zst)$/.test(name);

/** Files of a VDB entry by name. Text gets a final line break, as Portage writes it. */
export type EntryFiles = ReadonlyMap<string, string | Uint8Array>;

/** Writes the entry of a package that is about to be merged. */
export async function writeMergingEntry(target: TargetRoot, cpv: string, files: EntryFiles): Promise<void> {
  const directory = mergingDirectory(target, cpv);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [name, data] of files) {
    if (typeof data !== 'string') writeFileSync(join(directory, name), data);
    else if (data !== '' || name === 'CONTENTS') {
      writeFileSync(join(directory, name), data.endsWith('\n') || data === '' ? data : `${data}\n`);
    }
  }
}

/** Installed packages of the same name and slot: those that merging `cpv` replaces (possibly itself). */
export async function installedInSlot(
  target: TargetRoot,
  qualifiedName: string,
  slot: string,
): Promise<readonly string[]> {
  const [category = '', pn = ''] = qualifiedName.split('/');
  const wanted = slot.split('/')[0];
  const found: string[] = [];
  for (const pf of await namesIn(join(vdbDirectory(target), category))) {
    if (!pf.startsWith(`${pn}-`) || !/^\d/.test(pf.slice(pn.length + 1))) continue;
    const cpv = `${category}/${pf}`;
    if ((await readEntryFile(target, cpv, 'SLOT')).split('/')[0] === wanted) found.push(cpv);
  }
  return found;
}

/** Moves a complete entry into place. The category directory stands already. */
export async function publishEntry(target: TargetRoot, cpv: string): Promise<void> {
  await rename(mergingDirectory(target, cpv), vdbEntryDirectory(target, cpv));
}
