import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What an entry of a tree is: kind, rights and content in one line. */
function describeEntry(path: string): string {
  const info = lstatSync(path);
  const mode = (info.mode & 0o7777).toString(8);
  if (info.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  if (info.isDirectory()) return `folder ${mode}`;
  return `file ${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** Entries of the database of installed packages that tell when and where, not what. */
const volatileEntries = /\/var\/db\/pkg\/[^/]+\/[^/]+\/(?!CONTENTS$|PF$|SLOT$)[^/]+$/;

/** Path → what stands there, of everything below a folder. */
export function fingerprint(folder: string, path = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(folder, path)).sort()) {
    const inner = `${path}/${name}`;
    const isVolatile = volatileEntries.test(inner);
    const described = isVolatile ? 'there' : describeEntry(join(folder, inner));
    found.set(inner, described);
    if (described.startsWith('folder')) {
      for (const [below, what] of fingerprint(folder, inner)) found.set(below, what);
    }
  }
  return found;
}

/** The first differences between two trees, one line each. */
export function differences(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...wanted.keys(), ...found.keys()]);
  const lines: string[] = [];
  for (const path of paths) {
    const [before, after] = [wanted.get(path) ?? 'nothing', found.get(path) ?? 'nothing'];
    if (before !== after) lines.push(`${path} is ${after} instead of ${before}`);
  }
  return lines.slice(0, 5);
}

export const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
