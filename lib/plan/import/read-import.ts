import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { validateDesign } from '../../design';
import { ContainedFolder } from '../../host/contained-file';
import { fileErrorWords } from '../../host/file-error-words';
import { atomsOf } from '../../pms';
import { readVdb, writtenFile } from '../../repo';
import { PlanError } from '../errors';
import { type ImportFile, kindOfPath } from './file-kinds';
import { type ImportNote, ImportNotes } from './notes';
import { readSourced } from './sourced-files';

/** More files, or larger ones, are no configuration of Portage. */
const most = { files: 2_000, fileBytes: 1024 * 1024, depth: 8, entries: 5_000 };

/** Folders of a root whose files say what it is; relative to the root. */
const placesOfRoot = ['etc/portage', 'var/lib/portage/world', 'var/lib/portage/world_sets'];

function notReadable(path: string, reason: string): PlanError {
  return new PlanError('IMPORT_UNREADABLE', `\`${path}\` ${reason}`, {
    hint: 'Give a file, an `etc/portage` folder, a root of a prefix, or the text of an `emerge` call, such as `"emerge app-misc/jq"`. `prefix-studio design NAME` prints the design that is stored for a prefix.',
    details: { path },
  });
}

/** What is read, and what of it is not, each with its reason. */
class Reading {
  readonly files: ImportFile[] = [];
  readonly notes = new ImportNotes();

  constructor(private readonly folder: ContainedFolder) {}

  /** Files below a place of the folder. Links that leave it, special files and what is too large or deep are left. */
  below(start: string, depth = 0): void {
    const path = join(this.folder.path, start);
    if (basename(start) === 'make.profile') {
      this.profile(start, path);
      return;
    }
    if (this.folder.kind(path) === 'directory') {
      for (const name of this.namesIn(start, path, depth)) this.below(join(start, name), depth + 1);
      return;
    }
    const answer = this.folder.read(path, most.fileBytes);
    if (answer.kind === 'missing') return;
    if (this.files.length + this.notes.left.length === most.files) {
      throw notReadable(this.folder.path, `holds more than ${most.files} files`);
    }
    if (answer.kind === 'refused') this.leave(start, answer.reason);
    else this.files.push({ path: start, text: answer.data.toString('utf8') });
  }

  /** A profile is a link out of etc/portage: where it leads tells the board and the tree. */
  private profile(start: string, path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
    this.files.push({ path: start, text: readlinkSync(path) });
  }

  private namesIn(start: string, path: string, depth: number): readonly string[] {
    const list = this.folder.list(path, most.entries);
    const problem = list.kind === 'refused' ? list.reason : depth === most.depth ? 'is nested too deep' : null;
    if (problem !== null) this.leave(start, problem);
    if (problem !== null || list.kind !== 'content') return [];
    return list.names.filter((name) => !/^\.|~$/.test(name));
  }

  /** The place that somebody named is not left without a word of its own. */
  private leave(start: string, reason: string): void {
    if (start === '') throw notReadable(this.folder.path, reason);
    this.notes.leave(start, 'not read', reason);
  }
}

/** What Studio puts into every prefix. */
const ofEveryPrefix = new Set(['sys-libs/c-runtime', 'sys-devel/c-toolchain']);

/** Lines stay lines, so that what is told of them has its place. */
const withoutBase = (text: string): string =>
  text
    .split('\n')
    .map((line) => (ofEveryPrefix.has(line.trim()) ? '' : line))
    .join('\n');

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
  /** what is there and was not read */
  readonly left: readonly ImportNote[];
  /** EPREFIX, as far as the place tells it */
  readonly path?: string;
  /** name of the prefix, as far as the place tells it */
  readonly name?: string;
}

/** A folder of copies is no EPREFIX: where a design cannot have the path, the place tells none. */
const mayBeEprefix = (path: string): boolean =>
  validateDesign({ name: 'probe', board: 'amd64-usr', path, packages: ['a/b'] }).ok;

/** Below `place`, where `place` is not the root of the prefix itself and no `root` folder stands between, the way down is EPREFIX. */
function factsOfPlace(place: string, eroot: string): Pick<ReadImport, 'path' | 'name'> {
  const ofPrefix = /\/(?:__prefix__\/|build\/prefix-)(?:amd64|arm64)-usr\/([^/]+)\/root\/.+$/.exec(eroot)?.[1];
  const at = eroot.lastIndexOf('/root/');
  const below = relative(place, eroot);
  const path = at > 0 ? eroot.slice(at + '/root'.length) : below === '' ? undefined : `/${below}`;
  return {
    ...(path !== undefined && mayBeEprefix(path) && { path }),
    ...(ofPrefix !== undefined && { name: ofPrefix }),
  };
}

function readRoot(place: string, root: string): ReadImport {
  const reading = new Reading(new ContainedFolder(root));
  for (const place of placesOfRoot) reading.below(place);
  const { notes } = reading;
  const files = reading.files.map((file) =>
    file.path === 'var/lib/portage/world' ? { ...file, text: withoutBase(file.text) } : file,
  );
  if (!files.some(({ path }) => path.endsWith('/world'))) {
    const names = wantedOf(root);
    if (names.length > 0) files.push({ path: 'var/db/pkg/world', text: `${names.join('\n')}\n` });
  }
  for (const file of files.filter(({ path }) => kindOfPath(path) === 'make.conf')) {
    const known = new Set(files.map(({ path }) => path));
    const sourced = readSourced(new ContainedFolder(root), file, most.fileBytes);
    files.push(...sourced.filter(({ path }) => !known.has(path)));
  }
  const isStudios = new ContainedFolder(root).kind(join(root, 'etc/portage', writtenFile)) === 'file';
  return {
    files: isStudios ? files.map((file) => ({ ...file, isStudios })) : files,
    left: notes.left,
    ...factsOfPlace(place, root),
  };
}

/** A file that somebody named is meant, wherever a link leads; its name is the one that was given. */
function readFile(place: string): ReadImport {
  const real = realpathSync(place);
  const answer = new ContainedFolder(dirname(real)).read(real, most.fileBytes);
  if (answer.kind === 'refused') throw notReadable(place, answer.reason);
  if (answer.kind === 'missing') throw notReadable(place, 'is not there');
  const file = { path: basename(place), text: answer.data.toString('utf8') };
  const beside =
    kindOfPath(file.path) === 'make.conf' ? readSourced(new ContainedFolder(dirname(real)), file, most.fileBytes) : [];
  return { files: [file, ...beside], left: [] };
}

/** Reads what is imported from this machine: a file, a folder `etc/portage`, or a root. Throws `IMPORT_UNREADABLE`. */
export function readImport(place: string): ReadImport {
  try {
    return statSync(place).isDirectory() ? readFolder(place) : readFile(place);
  } catch (error) {
    const reason = fileErrorWords(error);
    throw reason === null ? error : notReadable(place, reason);
  }
}

/** Folders that are looked through for a root, and how far below the place EPREFIX may end. */
const search = { folders: 2_000, depth: 6 };

/** Folders of which one makes a folder the root of a prefix, or of a machine. */
const signs = ['etc/portage', 'var/db/pkg', 'var/lib/portage'];

/** The root that a folder is or holds: EPREFIX may stand deeper in it. Throws `IMPORT_UNREADABLE` for more than one. */
function rootIn(place: string): string | null {
  const folder = new ContainedFolder(place);
  let level = [place];
  for (let depth = 0, seen = 0; depth <= search.depth && level.length > 0; depth++) {
    const roots = level.filter((at) => signs.some((inner) => folder.kind(join(at, inner)) === 'directory'));
    if (roots.length > 1) {
      throw notReadable(place, `holds more than one root: ${roots.slice(0, 4).join(', ')}; give one of them`);
    }
    if (roots[0] !== undefined) return roots[0];
    seen += level.length;
    if (seen > search.folders) return null;
    const next: string[] = [];
    for (const at of level) if (next.length <= search.folders) next.push(...foldersIn(folder, at));
    level = next;
  }
  return null;
}

/** Links are not followed: what they lead to has a place of its own. */
function foldersIn(folder: ContainedFolder, at: string): readonly string[] {
  const list = folder.list(at, most.entries);
  const paths = list.kind === 'content' ? list.names.map((name) => join(at, name)) : [];
  return paths.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

function readFolder(place: string): ReadImport {
  const root = rootIn(place);
  if (root !== null) return readRoot(place, root);
  const reading = new Reading(new ContainedFolder(place));
  reading.below('');
  const { files, notes } = reading;
  return { files: files.map((file) => ({ ...file, path: relative('.', file.path), isFound: true })), left: notes.left };
}
