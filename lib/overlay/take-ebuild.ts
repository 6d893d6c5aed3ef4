import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatManifest } from '../engine/manifest';
import { readArchiveHints } from '../engine/repository-files';
import { evaluateSourceUri } from '../engine/source-uri';
import { ContainedFolder } from '../host/contained-file';
import type { OpenedDesign } from '../plan/open-design';
import { distEntries, type OverlayPlaces, originText, overlayPlaces, type TakenOrigin } from '../plan/taken-ebuilds';
import { type Cpv, compareVersions, tryParseCpv } from '../pms';
import type { Repository } from '../repo';
import { limits } from '../repo/limits';
import { readMetadata } from './ebuild-metadata';
import { OverlayError } from './errors';
import { type FoundEbuild, findEbuild, parseWanted, withOverlay } from './find-ebuild';
import { writeBelow } from './overlay-files';
import { addLines, prepareOverlay } from './overlay-repository';

export interface TakeRequest {
  /** `sys-libs/zlib` or `sys-libs/zlib-1.3.1-r1` */
  readonly package: string;
  /** a tree, a repository or a folder; null: the repositories of the design */
  readonly from: string | null;
  /** another version for the copy, for which there are sources; null: that of the ebuild */
  readonly as: string | null;
  readonly home: string;
  readonly now: Date;
}

/** An ebuild that was taken home. */
export interface TakeAnswer {
  readonly cpv: string;
  /** absolute path of its ebuild */
  readonly ebuild: string;
  readonly origin: string;
  /** false: it was there already, and nothing was written */
  readonly isNew: boolean;
  /** files that were written, relative to the repository */
  readonly files: readonly string[];
  /** eclasses that came along, because the overlay would have none of that name, or another one */
  readonly eclasses: readonly string[];
  /** what its owner has to know, a sentence each */
  readonly notices: readonly string[];
  /** what the design has to mask so that no newer version is taken in its place; null: nothing */
  readonly mask: string | null;
  /** the repository that the design has to name */
  readonly repository: { readonly name: string; readonly location: string; readonly priority: number };
}

/** Above those of a tree, which end at 1000. */
export const overlayPriority = 2000;

interface TakenFile {
  readonly data: Buffer;
  readonly mode: number;
}

/** Files of one ebuild in its package folder: the ebuild, `files/`, `metadata.xml`, DIST lines of its Manifest. */
class PackageReader {
  private leftBytes: number = limits.packageFilesBytes;
  private leftFiles: number = limits.configFiles;
  private readonly contained: ContainedFolder;
  readonly files = new Map<string, TakenFile>();

  constructor(repository: Repository) {
    this.contained = new ContainedFolder(repository.location);
  }

  take(from: string, to: string, depth = 0): void {
    const kind = this.contained.kind(from);
    if (kind === 'directory') {
      if (depth > limits.configDepth) throw refused(from, 'is nested too deep');
      const list = this.contained.list(from, limits.folderEntries);
      if (list.kind === 'refused') throw refused(list.path, list.reason);
      for (const name of list.kind === 'content' ? list.names : [])
        this.take(join(from, name), `${to}/${name}`, depth + 1);
      return;
    }
    if (typeof kind === 'object' && kind.kind === 'refused') throw refused(kind.path, kind.reason);
    if (kind !== 'file') return;
    if (this.leftFiles-- === 0) throw refused(from, `is among more than ${limits.configFiles} files`);
    const answer = this.contained.read(from, this.leftBytes);
    if (answer.kind === 'refused') throw refused(answer.path, answer.reason);
    if (answer.kind !== 'content') return;
    this.leftBytes -= answer.data.length;
    this.files.set(to, { data: answer.data, mode: statSync(from).mode & 0o111 ? 0o755 : 0o644 });
  }
}

const refused = (path: string, reason: string): OverlayError =>
  new OverlayError('OVERLAY_FILE_REFUSED', `\`${path}\` ${reason}, so the copy would lack it`, {
    hint: 'A repository consists of regular files of ordinary size. Correct it, or take the ebuild from another tree.',
    details: { path },
  });

const isFileName = (word: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(word);

/** Everything of an ebuild as its repository has it now, eclasses too. Paths are those of the folder of its origin. */
export function readEbuildFiles(
  { cpv, repository }: Pick<FoundEbuild, 'cpv' | 'repository'>,
  sources: ReadonlySet<string> | null,
): ReadonlyMap<string, TakenFile> {
  const reader = new PackageReader(repository);
  const folder = join(repository.location, cpv.category, cpv.pn);
  reader.take(join(folder, `${cpv.pf}.ebuild`), `${cpv.pf}.ebuild`);
  reader.take(join(folder, 'files'), 'files');
  reader.take(join(folder, 'metadata.xml'), 'metadata.xml');
  reader.take(join(folder, 'Manifest'), 'Manifest');
  const manifest = reader.files.get('Manifest');
  if (manifest) {
    const entries = [...distEntries(manifest.data.toString('utf8')).values()];
    const own = sources === null ? entries : entries.filter(({ name }) => sources.has(name));
    reader.files.set('Manifest', { data: Buffer.from(formatManifest(own)), mode: 0o644 });
  }
  return reader.files;
}

/** Eclasses that an ebuild in the overlay would not find, or would find with other content. */
function eclassesToBring(
  used: readonly { readonly name: string; readonly path: string }[],
  overlay: Repository,
  contains: (path: string) => Buffer | null,
): ReadonlyMap<string, Buffer> {
  const wanted = new Map<string, Buffer>();
  for (const { name, path } of used) {
    const data = isFileName(name) ? contains(path) : null;
    if (data === null) throw refused(path, 'cannot be read');
    const there = overlay.eclassFolders
      .map((folder) => readEclass(join(folder, `${name}.eclass`)))
      .find((each) => each !== null);
    if (!there?.equals(data)) wanted.set(name, data);
  }
  return wanted;
}

/** An eclass of any repository, inside the folder of eclasses. */
export function readEclass(path: string): Buffer | null {
  const answer = new ContainedFolder(join(path, '..', '..')).read(path, limits.eclassBytes);
  return answer.kind === 'content' ? answer.data : null;
}

/**
 * Copies an ebuild with everything that belongs to it into the overlay of a design, which is made when there is none. One
 * that is there already stays as it is. Throws PACKAGE_UNKNOWN, TREE_UNKNOWN, OVERLAY_NAME, OVERLAY_FILE_REFUSED,
 * EBUILD_UNREADABLE.
 */
export async function takeEbuild(opened: OpenedDesign, request: TakeRequest): Promise<TakeAnswer> {
  const places = overlayPlaces(request.home, opened.design.name);
  requireName(opened, places);
  const wanted = parseWanted(request.package);
  const ebuild = findEbuild(opened, wanted, { from: request.from, own: places.name, home: request.home });
  const { repository } = ebuild;
  const cpv = asVersion(ebuild.cpv, request.as);
  const takenFrom = cpv.text === ebuild.cpv.text ? null : ebuild.cpv.text;
  const answer = {
    cpv: cpv.text,
    ebuild: join(places.repository, cpv.category, cpv.pn, `${cpv.pf}.ebuild`),
    origin: originText({ repository: repository.name, tree: ebuild.tree, commit: ebuild.commit, takenFrom }),
    repository: { name: places.name, location: places.repository, priority: overlayPriority },
    mask: wanted.cpv === null && takenFrom === null ? null : maskOfNewer(opened, cpv, ebuild.cpv, places.name),
  };
  const here = new ContainedFolder(places.repository);
  if (here.kind(answer.ebuild) === 'file') {
    return { ...answer, isNew: false, files: [], eclasses: [], notices: maskNotices(answer.mask) };
  }
  const folders = [...new Set([repository.location, ...repository.eclassFolders.map((each) => join(each, '..'))])];
  const [metadata] = await readMetadata(repository, folders, [ebuild.cpv]);
  const sources = new Set(evaluateSourceUri(metadata?.keys.SRC_URI ?? '', null).map(({ name }) => name));
  const files = new Map(
    [...readEbuildFiles(ebuild, sources)].map(([path, file]) => [
      path === `${ebuild.cpv.pf}.ebuild` ? `${cpv.pf}.ebuild` : path,
      file,
    ]),
  );

  prepareOverlay(places, opened, cpv.category, repository);
  const overlay = withOverlay(opened, places).byName.get(places.name) as Repository;
  const eclasses = eclassesToBring(metadata?.eclasses ?? [], overlay, readEclass);
  sharedFileProblems(places, cpv, files);
  const notices = [...eclassNotices(places, eclasses), ...maskNotices(answer.mask)];
  const origin: TakenOrigin = {
    cpv: cpv.text,
    takenFrom,
    repository: repository.name,
    tree: ebuild.tree,
    location: repository.location,
    commit: ebuild.commit,
    takenAt: request.now.toISOString(),
    eclasses: [...eclasses.keys()].sort(),
    sources: {},
  };
  const kept = `${cpv.category}/${cpv.pf}`;
  const written: string[] = [];
  for (const [name, data] of eclasses) {
    writeBelow(places.origin, `${kept}/eclass/${name}.eclass`, data);
    writeBelow(places.repository, `eclass/${name}.eclass`, data);
    written.push(`eclass/${name}.eclass`);
  }
  for (const [path, { data, mode }] of files) {
    writeBelow(places.origin, `${kept}/${path}`, data, mode);
    if (path === 'Manifest') continue;
    writeBelow(places.repository, `${cpv.qualifiedName}/${path}`, data, mode);
    written.push(`${cpv.qualifiedName}/${path}`);
  }
  const manifest = files.get('Manifest');
  if (manifest) {
    mergeManifest(places, cpv.qualifiedName, manifest.data.toString('utf8'));
    written.push(`${cpv.qualifiedName}/Manifest`);
  }
  bringMirrors(places, overlay, repository, metadata?.keys.SRC_URI ?? '', opened);
  bringHints(places, repository, sources);
  writeBelow(places.origin, `${kept}/origin.json`, `${JSON.stringify(origin, null, 1)}\n`);
  return { ...answer, isNew: true, files: written.sort(), eclasses: origin.eclasses, notices };
}

/** The package in another version. Throws PACKAGE_UNKNOWN. */
function asVersion(cpv: Cpv, version: string | null): Cpv {
  const changed = version === null ? cpv : tryParseCpv(`${cpv.qualifiedName}-${version}`);
  if (changed?.pn === cpv.pn) return changed;
  throw new OverlayError('PACKAGE_UNKNOWN', `\`${version}\` is not a version`, {
    hint: 'Write it as in the name of an ebuild: `3.46.1` or `3.46.1-r1`.',
  });
}

/**
 * `>category/PN-VERSION:SLOT` when the design would take a newer version of the slot, which is that of the ebuild that was
 * taken; null: it would not.
 */
function maskOfNewer(opened: OpenedDesign, cpv: Cpv, from: Cpv, own: string): string | null {
  const candidates = opened.staging.candidates(cpv.qualifiedName).filter((each) => each.kind === 'ebuild');
  const slot = candidates.find((each) => each.cpv === from.text && each.repository !== own)?.slot;
  const newer = candidates.filter(
    (each) =>
      each.repository !== own &&
      (slot === undefined || each.slot === slot) &&
      compareVersions(each.version, cpv.version) > 0 &&
      opened.staging.isVisible(each),
  );
  return newer.length === 0 ? null : `>${cpv.text}:${slot ?? newer[0]?.slot ?? '0'}`;
}

function requireName(opened: OpenedDesign, places: OverlayPlaces): void {
  const other = opened.design.repositories.find(({ name }) => name === places.name);
  if (!other || other.location === places.repository) return;
  const location = other.location ?? 'the overlay that was added under this name';
  throw new OverlayError('OVERLAY_NAME', `the design has another repository \`${places.name}\`: \`${location}\``, {
    hint: 'Give that one another name, or remove it from the design.',
    details: { name: places.name, location },
  });
}

/** Files of a package are shared by its versions: what another version brought with other bytes must not be lost. */
function sharedFileProblems(
  places: OverlayPlaces,
  { qualifiedName, text }: { readonly qualifiedName: string; readonly text: string },
  files: ReadonlyMap<string, TakenFile>,
): void {
  const here = new ContainedFolder(places.repository);
  for (const [path, { data }] of files) {
    if (path === 'Manifest' || path === 'metadata.xml') continue;
    const full = join(places.repository, qualifiedName, path);
    const there = here.read(full, limits.packageFilesBytes);
    if (there.kind !== 'content' || there.data.equals(data)) continue;
    throw new OverlayError(
      'OVERLAY_FILE_REFUSED',
      `\`${qualifiedName}/${path}\` of the overlay differs from that of \`${text}\``,
      {
        hint: 'Another version of the package brought it. Remove that one first, or rename its file.',
        details: { path: full },
      },
    );
  }
}

const maskNotices = (mask: string | null): readonly string[] =>
  mask === null ? [] : [`There are newer versions; the design masks \`${mask}\` so that yours is taken`];

function eclassNotices(places: OverlayPlaces, eclasses: ReadonlyMap<string, Buffer>): readonly string[] {
  return [...eclasses].flatMap(([name, data]) => {
    const there = readEclass(join(places.repository, 'eclass', `${name}.eclass`));
    if (there === null || there.equals(data)) return [];
    return [`The overlay had another \`${name}.eclass\`; its other ebuilds use the new one from now on.`];
  });
}

/** DIST lines of another ebuild join those that are there; of equal names those that are there stay. */
function mergeManifest(places: OverlayPlaces, qualifiedName: string, text: string): void {
  const path = join(places.repository, qualifiedName, 'Manifest');
  const there = new ContainedFolder(places.repository).read(path, limits.manifestBytes);
  const mine = distEntries(there.kind === 'content' ? there.data.toString('utf8') : '');
  const entries = new Map([...distEntries(text), ...mine]);
  writeBelow(places.repository, `${qualifiedName}/Manifest`, formatManifest([...entries.values()]));
}

/** Lines of `thirdpartymirrors` for the names that SRC_URI uses and the masters of the overlay do not have. */
function bringMirrors(
  places: OverlayPlaces,
  overlay: Repository,
  from: Repository,
  sourceUri: string,
  opened: OpenedDesign,
): void {
  const names = new Set([...sourceUri.matchAll(/mirror:\/\/([\w.-]+)\//g)].map(([, name]) => name as string));
  const masters = overlay.masters.flatMap((name) => opened.tree.repositories.byName.get(name)?.location ?? []);
  const rows = (location: string): readonly string[] => {
    const path = join(location, 'profiles/thirdpartymirrors');
    const answer = new ContainedFolder(location).read(path, limits.configBytes);
    return answer.kind === 'content' ? answer.data.toString('utf8').split('\n') : [];
  };
  const nameOf = (row: string): string => row.trim().split(/\s+/)[0] ?? '';
  const known = new Set([...masters, places.repository].flatMap(rows).map(nameOf));
  const wanted = rows(from.location).filter((row) => names.has(nameOf(row)) && !known.has(nameOf(row)));
  if (wanted.length > 0) addLines(places, 'profiles/thirdpartymirrors', wanted);
}

/** Which source package of the host's archive has a distfile: hints of a repository are for its own ebuilds. */
function bringHints(places: OverlayPlaces, from: Repository, sources: ReadonlySet<string>): void {
  const hints = [...readArchiveHints(from.location)].filter(([name]) => sources.has(basename(name)));
  if (hints.length === 0) return;
  const all = new Map([...readArchiveHints(places.repository), ...hints]);
  writeHints(places, all);
}

/** Writes the overlay's own hints. */
export function writeHints(places: OverlayPlaces, hints: ReadonlyMap<string, object>): void {
  const sorted = Object.fromEntries([...hints].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeBelow(places.repository, 'metadata/debian-sources.json', `${JSON.stringify(sorted, null, 2)}\n`);
}
