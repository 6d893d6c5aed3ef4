import { join } from 'node:path';
import { userPatchFolder } from '../engine/user-patches';
import { ContainedFolder } from '../host/contained-file';
import { filesBelow } from '../plan/taken-ebuilds';
import { isCategory, isPackageName, splitVersion, tryParseCpv } from '../pms';
import { limits } from '../repo/limits';
import { OverlayError } from './errors';
import { removeBelow, writeBelow } from './overlay-files';

/** A patch of the user in the configuration of a prefix. */
export interface PrefixPatch {
  /** the folder: `sys-libs/zlib`, `sys-libs/zlib-1.3.1`, `dev-lang/lua:5.4` */
  readonly package: string;
  readonly fileName: string;
  /** absolute */
  readonly path: string;
  readonly sizeBytes: number;
  /** the files that it changes, as it names them */
  readonly changes: readonly string[];
}

const mostPatchBytes = 8 * 1024 * 1024;

const invalid = (message: string, hint: string): OverlayError => new OverlayError('PATCH_INVALID', message, { hint });

/** Files that a unified diff changes, without the first part of their paths. */
export function filesOfPatch(text: string): readonly string[] {
  const names = [...text.matchAll(/^\+\+\+ ([^\t\n\r]+)/gm)].map(([, name]) => name as string);
  return [...new Set(names.map((name) => name.replace(/^[^/]*\//, '')))];
}

/** A folder of `etc/portage/patches`: a package, perhaps of one version or slot. Throws PATCH_INVALID. */
function requireFolder(text: string): string {
  const [bare = '', slot, ...rest] = text.split(':');
  const [category = '', name = '', ...more] = bare.split('/');
  const isSound =
    more.length === 0 &&
    rest.length === 0 &&
    (slot === undefined || /^[A-Za-z0-9_][A-Za-z0-9+_.-]*$/.test(slot)) &&
    isCategory(category) &&
    (isPackageName(name) || (splitVersion(name) !== null && tryParseCpv(bare) !== null));
  if (isSound) return text;
  throw invalid(
    `\`${text}\` is not a package`,
    'Write category and name, with a version or slot if it is for that only.',
  );
}

function requireText(text: string): void {
  if (Buffer.byteLength(text) > mostPatchBytes)
    throw invalid('the patch is larger than 8 MiB', 'A patch is a diff of a few files.');
  const isDiff = /^--- \S/m.test(text) && /^\+\+\+ \S/m.test(text) && /^@@ /m.test(text);
  if (!isDiff) {
    throw invalid(
      'this is not a unified diff: it has no lines that begin with `---`, `+++` and `@@`',
      'Make one with `git diff` or `diff -u`.',
    );
  }
  const outside = filesOfPatch(text).find((name) => name.split('/').includes('..'));
  if (outside !== undefined) {
    throw invalid(
      `the patch changes \`${outside}\`, which leads out of the sources`,
      'A patch may change files of the sources only: names without `..`.',
    );
  }
  const bare = [...text.matchAll(/^(?:---|\+\+\+) ([^\t\n\r]+)/gm)].map(([, name]) => name as string);
  const flat = bare.find((name) => !name.includes('/') && name !== '/dev/null');
  if (flat === undefined) return;
  throw invalid(
    `the patch names \`${flat}\` without a folder in front, and patches are applied with \`-p1\``,
    'Make it with `git diff`, or write `a/` and `b/` before the names.',
  );
}

/** A file name for a patch: what was given, made plain, with `.patch` behind it. */
export function patchName(given: string): string {
  const plain = given
    .slice(given.lastIndexOf('/') + 1)
    .replace(/[^A-Za-z0-9._+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 120);
  if (/\.(?:patch|diff)$/.test(plain)) return plain;
  return `${plain || 'change'}.patch`;
}

/** The patches in the configuration of a staging root, by package and name. */
export function listPatches(eroot: string): readonly PrefixPatch[] {
  const folder = userPatchFolder(eroot);
  return [...filesBelow(new ContainedFolder(folder), folder)].flatMap(([path, data]): readonly PrefixPatch[] => {
    const [category = '', name = '', fileName = '', ...rest] = path.split('/');
    if (rest.length > 0 || !/\.(?:patch|diff)$/.test(fileName)) return [];
    const changes = filesOfPatch(data.toString('utf8')).slice(0, 50);
    return [{ package: `${category}/${name}`, fileName, path: join(folder, path), sizeBytes: data.length, changes }];
  });
}

/**
 * Puts a patch into the configuration of a staging root; `eapply_user` applies it when the package is built next. One of
 * the same name is replaced. Throws PATCH_INVALID, OVERLAY_FILE_REFUSED.
 */
export function addPatch(
  eroot: string,
  patch: { readonly package: string; readonly fileName: string; readonly text: string },
): PrefixPatch {
  const name = requireFolder(patch.package);
  requireText(patch.text);
  const fileName = patchName(patch.fileName);
  writeBelow(eroot, `etc/portage/patches/${name}/${fileName}`, patch.text);
  const path = join(userPatchFolder(eroot), name, fileName);
  return { package: name, fileName, path, sizeBytes: Buffer.byteLength(patch.text), changes: filesOfPatch(patch.text) };
}

/** The text of a patch. Throws OVERLAY_FILE_UNKNOWN. */
export function readPatch(eroot: string, name: string, fileName: string): string {
  const folder = userPatchFolder(eroot);
  const path = join(folder, requireFolder(name), patchName(fileName));
  const answer = new ContainedFolder(folder).read(path, limits.packageFilesBytes);
  if (answer.kind === 'content') return answer.data.toString('utf8');
  throw noPatch(name, fileName);
}

/** Takes a patch away. Throws OVERLAY_FILE_UNKNOWN. */
export function removePatch(eroot: string, name: string, fileName: string): void {
  if (fileName === patchName(fileName) && removeBelow(eroot, `etc/portage/patches/${requireFolder(name)}/${fileName}`))
    return;
  throw noPatch(name, fileName);
}

const noPatch = (name: string, fileName: string): OverlayError =>
  new OverlayError('OVERLAY_FILE_UNKNOWN', `there is no patch \`${fileName}\` for \`${name}\``, {
    hint: 'See the list of patches.',
    details: { package: name, fileName },
  });
