import { randomBytes } from 'node:crypto';
import { chmodSync, lchownSync, linkSync, lstatSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyFileUnless } from '../host/copy-file';
import { visibleText } from '../layout/visible-text';
import { refused } from './built-folder';
import { engineFolders, isWithin } from './engine-folders';
import type { ImageEntry } from './image-tree';
import { inTurns } from './in-turns';
import { readImage } from './read-image';
import { worldPaths } from './world';

/**
 * Files with a name outside of the image, in groups of one file each: whoever has that name could still change what was
 * packed and merged. Links within the image stay.
 */
function linkedOutside(entries: readonly ImageEntry[]): readonly (readonly ImageEntry[])[] {
  const groups = new Map<string, ImageEntry[]>();
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.links < 2) continue;
    const group = groups.get(entry.inode);
    if (group) group.push(entry);
    else groups.set(entry.inode, [entry]);
  }
  return [...groups.values()].filter((group) => group.length < (group[0]?.links ?? 0));
}

/** Gives a group of names a file of their own. */
async function copyApart(
  imageDir: string,
  [first, ...others]: readonly ImageEntry[],
  signal?: AbortSignal,
): Promise<void> {
  if (!first) return;
  const onDisk = join(imageDir, first.path);
  const temporary = `${dirname(onDisk)}/.apart-${randomBytes(8).toString('hex')}`;
  await copyFileUnless(signal, onDisk, temporary);
  // setuid bits hold for the owner, who must stay the user that builds run as, and are lost when he changes
  const { uid, gid } = lstatSync(onDisk);
  if (process.getuid?.() === 0) lchownSync(temporary, uid, gid);
  chmodSync(temporary, first.mode);
  renameSync(temporary, onDisk);
  for (const { path } of others) {
    linkSync(onDisk, temporary);
    renameSync(temporary, join(imageDir, path));
  }
}

/** Entries that neither lie below EPREFIX nor lead there; without the directories that hold others of them. */
function outsidePrefix(entries: readonly ImageEntry[], eprefix: string): readonly string[] {
  const outside = entries.filter(
    ({ path, kind }) => !isWithin(path, eprefix) && !(kind === 'dir' && isWithin(eprefix, path)),
  );
  const parents = new Set(outside.map(({ path }) => dirname(path)));
  return outside.map(({ path }) => path).filter((path) => !parents.has(path));
}

const shownPaths = 10;
const outsideHint =
  'Install below `ED` instead of `D`, and configure with `--prefix=EPREFIX/usr`; `into`, `insinto` and the like do so by themselves.';

/** Throws IMAGE_REFUSED when a package would write where only Prefix Studio writes, or outside of its prefix. */
function requirePlaces(imageDir: string, entries: readonly ImageEntry[], eprefix: string): void {
  if (eprefix === '') return;
  const outside = outsidePrefix(entries, eprefix);
  if (outside.length > 0) {
    const shown = outside.slice(0, shownPaths).map((path) => `\`${visibleText(path)}\``);
    const rest = outside.length > shownPaths ? ` and ${outside.length - shownPaths} more` : '';
    throw refused(
      dirname(imageDir),
      `${outside.length} ${outside.length === 1 ? 'path' : 'paths'} outside the prefix \`${eprefix}\`: ${shown.join(', ')}${rest}`,
      outsideHint,
    );
  }
  const world = worldPaths(eprefix);
  for (const entry of entries) {
    const folder = engineFolders.find(({ path }) => isWithin(`${eprefix}/${path}`, entry.path));
    if (folder && entry.kind !== 'dir') {
      throw refused(dirname(imageDir), `\`${visibleText(entry.path)}\` has to be a directory: ${folder.purpose}`);
    }
    if (world.has(entry.path)) {
      throw refused(
        dirname(imageDir),
        `\`${visibleText(entry.path)}\` records what people asked for; packages must not write it`,
      );
    }
    const inside = engineFolders.find(({ path }) => isWithin(entry.path, `${eprefix}/${path}`));
    if (inside && entry.kind !== 'dir' && (inside.isClosed || entry.kind !== 'file')) {
      throw refused(dirname(imageDir), `\`${visibleText(entry.path)}\` lies in the folder of ${inside.purpose}`);
    }
  }
}

/**
 * Reads an image that phases may have changed and makes it safe to pack and merge: everything has a place where a
 * package may have it, and no file has another name outside. Throws IMAGE_REFUSED, AbortError when cancelled.
 */
export async function takeImage(
  imageDir: string,
  eprefix: string,
  signal?: AbortSignal,
): Promise<readonly ImageEntry[]> {
  const entries = await readImage(imageDir, undefined, signal);
  requirePlaces(imageDir, entries, eprefix);
  const groups = linkedOutside(entries);
  if (groups.length === 0) return entries;
  await inTurns(groups, (group) => copyApart(imageDir, group, signal), signal);
  return readImage(imageDir, undefined, signal);
}
