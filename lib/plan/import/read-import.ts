import { statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { ContainedFolder } from '../../host/contained-file';
import { atomsOf } from '../../pms';
import { readVdb } from '../../repo';
import { PlanError } from '../errors';
import type { ImportFile } from './file-kinds';

/** More files, or larger ones, are no configuration of Portage. */
const most = { files: 2_000, fileBytes: 1024 * 1024, depth: 8, entries: 5_000 };

/** Folders of a root whose files say what it is; relative to the root. */
const placesOfRoot = ['etc/portage', 'var/lib/portage/world', 'var/lib/portage/world_sets'];

function notReadable(path: string, reason: string): PlanError {
  return new PlanError('IMPORT_UNREADABLE', `\`${path}\` ${reason}`, {
    hint: 'Give a file, an `etc/portage` folder, a root of a prefix, or the text of an `emerge` call.',
    details: { path },
  });
}

/** Files below a place of a folder; links that leave the folder and special files are refused. */
function filesBelow(folder: ContainedFolder, start: string, found: ImportFile[], depth = 0): void {
  const path = join(folder.path, start);
  const kind = folder.kind(path);
  if (kind === 'directory') {
    const list = folder.list(path, most.entries);
    if (list.kind === 'refused') throw notReadable(list.path, list.reason);
    if (depth === most.depth) throw notReadable(path, 'lies too deep');
    const names = list.kind === 'content' ? list.names.filter((name) => !/^\.|~$/.test(name)) : [];
    for (const name of names) filesBelow(folder, join(start, name), found, depth + 1);
    return;
  }
  // a profile is a link out of etc/portage, and of no interest
  if (basename(start) === 'make.profile') return;
  const answer = folder.read(path, most.fileBytes);
  if (answer.kind === 'refused') throw notReadable(answer.path, answer.reason);
  if (answer.kind === 'missing') return;
  if (found.length === most.files) throw notReadable(folder.path, `holds more than ${most.files} files`);
  found.push({ path: start, text: answer.data.toString('utf8') });
}

/** What Studio puts into every prefix. */
const ofEveryPrefix = new Set(['sys-libs/c-runtime', 'sys-devel/c-toolchain']);

/** What a root has installed and nothing in it asks for, as the world file would name it. */
function wantedOf(root: string): readonly string[] {
  const vdb = readVdb(join(root, 'var/db/pkg'));
  const installed = vdb.qualifiedNames().flatMap((name) => [...vdb.packages(name)]);
  const needed = new Set(
    installed.flatMap((pkg) =>
      (['RDEPEND', 'PDEPEND'] as const).flatMap((kind) =>
        [...atomsOf(pkg.dependency(kind), pkg.recordedUse ?? new Set())].map(({ atom }) => atom.qualifiedName),
      ),
    ),
  );
  return [...new Set(installed.map(({ qualifiedName }) => qualifiedName))].filter(
    (name) => !needed.has(name) && !ofEveryPrefix.has(name),
  );
}

export interface ReadImport {
  readonly files: readonly ImportFile[];
  /** EPREFIX, as far as the place tells it */
  readonly path?: string;
}

function readRoot(root: string): ReadImport {
  const folder = new ContainedFolder(root);
  const files: ImportFile[] = [];
  for (const place of placesOfRoot) filesBelow(folder, place, files);
  if (!files.some(({ path }) => path.endsWith('/world'))) {
    const names = wantedOf(root);
    if (names.length > 0) files.push({ path: 'var/db/pkg/world', text: `${names.join('\n')}\n` });
  }
  const at = root.indexOf('/root/');
  return { files, ...(at >= 0 && { path: root.slice(at + '/root'.length) }) };
}

/** Reads what is imported from this machine: a file, a folder `etc/portage`, or a root. Throws `IMPORT_UNREADABLE`. */
export function readImport(place: string): ReadImport {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) throw notReadable(place, 'is not there');
  const files: ImportFile[] = [];
  if (!isFolder) {
    filesBelow(new ContainedFolder(dirname(place)), basename(place), files);
    return { files };
  }
  const folder = new ContainedFolder(place);
  const isRoot = ['etc/portage', 'var/db/pkg', 'var/lib/portage'].some(
    (inner) => folder.kind(join(place, inner)) === 'directory',
  );
  if (isRoot) return readRoot(place);
  filesBelow(folder, '', files);
  return { files: files.map((file) => ({ ...file, path: relative('.', file.path) })) };
}
