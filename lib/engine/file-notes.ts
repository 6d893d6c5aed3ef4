import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import { formatFileCapabilities, parseFileCapabilities } from '../layout/file-capabilities';
import type { RecordedCapability, RecordedOwner } from './phase-contract';

/** What an unprivileged build can only note about files: owners and capabilities. Paths are absolute, EPREFIX included. */
export interface FileNotes {
  readonly owners: readonly RecordedOwner[];
  readonly capabilities: readonly RecordedCapability[];
}

/** VDB files with one line a path: `uid:gid path` for other owners than root, `cap_net_raw=ep path`. */
export const ownersFile = 'PREFIX_STUDIO_OWNERS';
export const capabilitiesFile = 'PREFIX_STUDIO_CAPABILITIES';

/** What the field of a tar header holds. */
const maxRecordedId = 0o7777777;
const mostBytes = 16 << 20;

/** The path of the prefix that a path inside the sandbox stands for: below D, or below EPREFIX itself; else null. */
function placeOf(path: string, image: string, eprefix: string): string | null {
  if (path.split('/').includes('..')) return null;
  if (path.startsWith(`${image}/`)) return path.slice(image.length);
  return path.startsWith(`${eprefix}/`) ? path : null;
}

/**
 * A line of `build-info/owners`: uid, gid (-1: unchanged, that is root) and path inside the sandbox. Helpers write them, but
 * nothing keeps an ebuild from adding its own: what names nothing that the package installs says nothing.
 */
export function parseOwner(line: string, image: string, eprefix: string): readonly RecordedOwner[] {
  const [, uid, gid, full] = /^(-1|\d{1,7})\t(-1|\d{1,7})\t(\/.*)$/.exec(line) ?? [];
  const path = full === undefined ? null : placeOf(full, image, eprefix);
  if (path === null) return [];
  const [user, group] = [uid, gid].map((id) => Math.max(0, Number(id))) as [number, number];
  return Math.max(user, group) > maxRecordedId ? [] : [{ uid: user, gid: group, path }];
}

/** A line of `build-info/capabilities`: what `setcap` was told, `-r` to take them away, and a path as above. */
export function parseCapability(line: string, image: string, eprefix: string): readonly RecordedCapability[] {
  const [, text = '', full] = /^([^\t]{1,4000})\t(\/.*)$/.exec(line) ?? [];
  const path = full === undefined ? null : placeOf(full, image, eprefix);
  if (path === null) return [];
  if (text === '-r') return [{ path, capabilities: '' }];
  const parsed = parseFileCapabilities(text);
  return parsed === null ? [] : [{ path, capabilities: formatFileCapabilities(parsed) }];
}

/** Adds notes to the text of a VDB file; the last word about a path counts, and nothing said is no line. */
function merged(before: string, notes: readonly (readonly [path: string, note: string])[]): string {
  const byPath = new Map<string, string>();
  for (const line of before.split('\n')) {
    const [, note, path] = /^(\S+(?: cap_\S+)*) (\/.*)$/.exec(line) ?? [];
    if (note !== undefined && path !== undefined) byPath.set(path, note);
  }
  for (const [path, note] of notes) byPath.set(path, note);
  return [...byPath]
    .filter(([, note]) => note !== '' && note !== '0:0')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, note]) => `${note} ${path}`)
    .join('\n');
}

/** The two VDB files by name with notes added. `before`: their text so far. */
export function noteFiles(notes: FileNotes, before: (name: string) => string = () => ''): ReadonlyMap<string, string> {
  return new Map([
    [
      ownersFile,
      merged(
        before(ownersFile),
        notes.owners.map(({ path, uid, gid }) => [path, `${uid}:${gid}`]),
      ),
    ],
    [
      capabilitiesFile,
      merged(
        before(capabilitiesFile),
        notes.capabilities.map(({ path, capabilities }) => [path, capabilities]),
      ),
    ],
  ]);
}

/** Writes what a phase after the merge noted into the package's VDB entry. */
export async function noteInEntry(entryDirectory: string, notes: FileNotes): Promise<void> {
  if (notes.owners.length + notes.capabilities.length === 0) return;
  const read = (name: string): string => {
    const answer = readContained(entryDirectory, name, mostBytes);
    return answer.kind === 'content' ? answer.data.toString('utf8') : '';
  };
  for (const [name, text] of noteFiles(notes, read)) {
    if (text !== '' || read(name) !== '') await writeFile(join(entryDirectory, name), text === '' ? '' : `${text}\n`);
  }
}
