import { accessSync, constants, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PrefixPlace } from './prefix-place';

/** Folders of the PATH into which scripts of this machine, or of this user, go. */
const usualFolders = (): readonly string[] => {
  const inPath = new Set((process.env.PATH ?? '').split(':'));
  return ['/usr/local/bin', join(homedir(), '.local/bin')].filter((folder) => inPath.has(folder));
};

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const leadsTo = (link: string, script: string): boolean =>
  lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(link) === script;

/** The `emerge-prefix-…` that links lead to: setting a prefix up writes it anew. */
export const scriptOf = (place: PrefixPlace, home: string): string => join(home, 'bin', place.wrapper);

/** Links `emerge-prefix-…` into a folder; answers the link, null when no folder can be written. What stands there stays. */
export function linkWrapper(place: PrefixPlace, home: string, asked: string | undefined): string | null {
  const script = scriptOf(place, home);
  if (asked !== undefined) mkdirSync(asked, { recursive: true });
  for (const folder of asked === undefined ? usualFolders() : [resolve(asked)]) {
    const link = join(folder, place.wrapper);
    if (leadsTo(link, script)) return link;
    if (lstatSync(link, { throwIfNoEntry: false }) || !isWritable(folder)) continue;
    symlinkSync(script, link);
    return link;
  }
  return null;
}

/** Removes the links to the script of a prefix, and only those; answers them. */
export function removeWrapperLinks(place: PrefixPlace, home: string, asked?: string): readonly string[] {
  const script = scriptOf(place, home);
  const links = [...usualFolders(), ...(asked === undefined ? [] : [resolve(asked)])].map((folder) =>
    join(folder, place.wrapper),
  );
  const own = [...new Set(links)].filter((link) => leadsTo(link, script));
  for (const link of own) rmSync(link);
  return own;
}
