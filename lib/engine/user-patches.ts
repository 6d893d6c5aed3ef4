import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { parseCpv } from '../pms';
import { limits } from '../repo/limits';
import { EngineError } from './errors';

/** A patch of the user for one package, as `eapply_user` applies it. */
export interface UserPatch {
  /** file name; patches are applied in the order of their names */
  readonly name: string;
  /** absolute */
  readonly path: string;
  readonly data: Buffer;
}

/** Where the patches of the users of a root stand: `etc/portage/patches` below its EROOT. Source: portage(5). */
export const userPatchFolder = (eroot: string): string => join(eroot, 'etc/portage/patches');

const isPatchName = (name: string): boolean => /^[^.].*\.(?:patch|diff)$/.test(name);

/**
 * Folders in which patches for one ebuild may stand, the closest first: by version and revision, by version, by name, each
 * for one slot before those for all. Source: portage(5), `/etc/portage/patches`.
 */
export function patchFoldersOf(cpv: string, slot: string): readonly string[] {
  const { category, p, pn, pr } = parseCpv(cpv);
  const [mainSlot] = slot.split('/');
  return [`${p}-${pr}`, p, pn].flatMap((name) => [`${category}/${name}:${mainSlot}`, `${category}/${name}`]);
}

/**
 * The patches of the user that are applied to an ebuild, in their order. Of equal names the one in the closer folder
 * counts; an empty file takes one away. Throws REPOSITORY_FILE_REFUSED for a file that cannot be read.
 */
export function userPatches(eroot: string, cpv: string, slot: string): readonly UserPatch[] {
  const folder = userPatchFolder(eroot);
  const configuration = new ContainedFolder(folder);
  const found = new Map<string, UserPatch>();
  let leftBytes: number = limits.packageFilesBytes;
  for (const part of patchFoldersOf(cpv, slot)) {
    const list = configuration.list(join(folder, part), limits.configFiles);
    if (list.kind === 'refused') throw refused(list);
    for (const name of list.kind === 'content' ? list.names.filter(isPatchName) : []) {
      if (found.has(name)) continue;
      const path = join(folder, part, name);
      const answer = configuration.read(path, leftBytes);
      if (answer.kind === 'refused') throw refused(answer);
      if (answer.kind !== 'content') continue;
      leftBytes -= answer.data.length;
      found.set(name, { name, path, data: answer.data });
    }
  }
  return [...found.values()].filter(({ data }) => data.length > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const refused = ({ path, reason }: { readonly path: string; readonly reason: string }): EngineError =>
  new EngineError('REPOSITORY_FILE_REFUSED', `\`${path}\` ${reason}`, {
    hint: 'A patch is a regular file of ordinary size. Correct or remove it.',
    details: { path },
  });

/** Names and digests of patches, `name sha256 …`; empty for none. Equal text, equal patches. */
export function patchRecord(patches: readonly UserPatch[]): string {
  return patches
    .map(({ name, data }) => `${name.replace(/\s/g, '_')} ${createHash('sha256').update(data).digest('hex')}`)
    .join(' ');
}
