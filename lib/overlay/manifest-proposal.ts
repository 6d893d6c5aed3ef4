import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DownloadOptions, download } from '../engine/download';
import type { HostArchive } from '../engine/host-archive';
import { digestFile, formatManifest, type ManifestEntry, verifyFile } from '../engine/manifest';
import { expandMirrorUri } from '../engine/mirrors';
import { openHostArchive } from '../engine/open-fetcher';
import { readArchiveHints, thirdPartyMirrors } from '../engine/repository-files';
import { localSourceHosts, treeReach } from '../engine/source-reach';
import { evaluateSourceUri, type SourceFile } from '../engine/source-uri';
import { homeLayout } from '../home';
import { ContainedFolder } from '../host/contained-file';
import type { OpenedDesign } from '../plan/open-design';
import { sourceSettings } from '../plan/source-settings';
import { distEntries, type OverlayPlaces, readTakenEbuilds } from '../plan/taken-ebuilds';
import { type Cpv, parseCpv, tryParseCpv } from '../pms';
import type { Repository } from '../repo';
import { limits } from '../repo/limits';
import {
  type ArchiveChoice,
  type ArchiveOffer,
  adaptingLines,
  archiveNames,
  archiveOffers,
  lacksConfigure,
  stemOf,
  takeStandIn,
  topFolder,
} from './archive-stand-in';
import { textDiff } from './changes';
import type { DistfileChange, FileSums, ManifestProposal } from './distfile-proposal';
import { readMetadata } from './ebuild-metadata';
import { OverlayError } from './errors';
import { withOverlay } from './find-ebuild';
import { writeBelow } from './overlay-files';
import { writeHints } from './take-ebuild';
import { writeOrigin } from './update-ebuild';

/** Where sources may be looked for. */
export interface ManifestSources {
  readonly home: string;
  /** a folder of the user with files of the names of SRC_URI; null: none */
  readonly folder: string | null;
  /** source packages that were chosen by hand, by the name of the distfile */
  readonly uses: Readonly<Record<string, ArchiveChoice>>;
  /** download what is not at hand from where the ebuild says */
  readonly wantsDownload: boolean;
  readonly signal?: AbortSignal;
}

/** A file that was found, and what accepting it writes besides its line. */
interface Finding {
  readonly change: DistfileChange;
  /** absolute; null: nothing was found */
  readonly path: string | null;
  readonly adapts: { readonly ebuild: string; readonly lines: string } | null;
  readonly archive: ArchiveChoice | null;
}

interface Examined {
  readonly proposal: ManifestProposal;
  readonly findings: readonly Finding[];
  /** the Manifest as it will be */
  readonly text: string;
  readonly ebuilds: ReadonlyMap<string, string>;
  readonly qualifiedName: string;
}

/** `category/PN` of the overlay and its ebuilds. Throws NOT_TAKEN. */
function ebuildsOf(
  places: OverlayPlaces,
  name: string,
): { readonly qualifiedName: string; readonly cpvs: readonly Cpv[] } {
  const qualifiedName = tryParseCpv(name)?.qualifiedName ?? name;
  const list = new ContainedFolder(places.repository).list(
    join(places.repository, qualifiedName),
    limits.folderEntries,
  );
  const cpvs = (list.kind === 'content' ? list.names : [])
    .filter((file) => file.endsWith('.ebuild'))
    .flatMap((file) => tryParseCpv(`${qualifiedName.split('/')[0]}/${file.slice(0, -'.ebuild'.length)}`) ?? []);
  if (cpvs.length > 0) return { qualifiedName, cpvs };
  throw new OverlayError('NOT_TAKEN', `\`${qualifiedName}\` is not in the overlay \`${places.name}\``, {
    hint: 'Take it home first.',
    details: { package: qualifiedName },
  });
}

const textIn = (places: OverlayPlaces, path: string): string => {
  const answer = new ContainedFolder(places.repository).read(join(places.repository, path), limits.manifestBytes);
  return answer.kind === 'content' ? answer.data.toString('utf8') : '';
};

const sameSums = (a: ManifestEntry, b: { sizeBytes: number; hashes: Readonly<Record<string, string>> }): boolean =>
  a.sizeBytes === b.sizeBytes && Object.entries(b.hashes).every(([name, value]) => (a.hashes[name] ?? value) === value);

/** Looks for the files of one package of the overlay. */
class SourceSearch {
  private readonly archive: HostArchive | null;
  private readonly distfiles: string;
  /** folders of sources that the design or the machine names */
  private readonly ownFolders: readonly string[];
  private readonly offers = new Map<string, Promise<readonly ArchiveOffer[]>>();

  constructor(
    opened: OpenedDesign,
    private readonly places: OverlayPlaces,
    private readonly mirrorLocations: readonly string[],
    private readonly sources: ManifestSources,
  ) {
    const { distfiles, cache } = homeLayout(sources.home);
    this.distfiles = distfiles;
    const settings = sourceSettings(opened);
    this.ownFolders = settings.folders;
    const locations = opened.tree.repositories.ordered.map(({ location }) => location);
    this.archive = openHostArchive({ cacheDir: cache }, settings, locations);
  }

  /** `isAlone`: the ebuild has no other archive */
  async find(
    source: SourceFile,
    before: ManifestEntry | null,
    { cpv, slot, isAlone }: { readonly cpv: Cpv; readonly slot: string; readonly isAlone: boolean },
  ): Promise<Finding> {
    const { name } = source;
    const isMain = stemOf(name) !== name && (isAlone || isMainSource(name, cpv));
    const chosen = this.sources.uses[name];
    if (chosen) return this.fromArchive(name, before, { cpv, slot, isMain }, chosen);
    for (const [folder, told] of this.folders()) {
      const path = join(folder, name);
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
      const sums = await digestFile(path);
      if (before && !sameSums(before, sums)) return this.ownFile(name, path, before, sums, told, cpv);
      return found(name, path, before, sums, told);
    }
    if (before && (await this.identical(name, before, cpv))) {
      return found(name, join(this.distfiles, name), before, before, "this machine's source archive, byte for byte");
    }
    if (this.sources.wantsDownload) {
      const path = await this.downloaded(source);
      if (path) return found(name, path, before, await digestFile(path), 'where the ebuild says');
    }
    return this.fromArchive(name, before, { cpv, slot, isMain }, null);
  }

  /** A file of the user that is not the tree's gets a name of its own: other designs go on using the tree's. */
  private async ownFile(
    name: string,
    given: string,
    before: ManifestEntry,
    sums: FileSums,
    from: string,
    cpv: Cpv,
  ): Promise<Finding> {
    const stem = stemOf(name);
    const to = `${stem}.${sums.hashes.SHA512?.slice(0, 8) ?? 'own'}${name.slice(stem.length)}`;
    const path = join(homeLayout(this.sources.home).cache, 'stand-ins', 'own', to);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(given, path);
    const top = stem === name ? null : await topFolder(path);
    return {
      change: {
        name: to,
        replaces: name,
        kind: 'differs',
        before,
        after: sums,
        from,
        notes: [nameNote(name, to, top)],
      },
      path,
      adapts: { ebuild: cpv.text, lines: adaptingLines({ from: name, to, source: from, top, isMain: false }) },
      archive: null,
    };
  }

  private folders(): readonly (readonly [folder: string, told: string])[] {
    const { folder } = this.sources;
    return [
      ...(folder === null ? [] : ([[folder, `the folder ${folder}`]] as const)),
      [this.distfiles, 'the folder of distfiles'],
      ...this.ownFolders.map((own) => [own, `the folder ${own}`] as const),
    ];
  }

  private hintOf(name: string): string | undefined {
    return readArchiveHints(this.places.repository).get(name)?.package;
  }

  private async identical(name: string, before: ManifestEntry, { pn }: Cpv): Promise<boolean> {
    if (!this.archive) return false;
    mkdirSync(this.distfiles, { recursive: true });
    const path = join(this.distfiles, name);
    const hint = { package: this.hintOf(name) ?? pn.toLowerCase() };
    const answer = await this.archive.fetch(hint, before, path, this.sources.signal);
    return answer.kind === 'found' && (await verifyFile(path, before)).kind === 'matches';
  }

  private async downloaded({ name, uris }: SourceFile): Promise<string | null> {
    const mirrors = thirdPartyMirrors([this.places.repository, ...this.mirrorLocations]);
    const partial = join(this.distfiles, '.partial', `${name}.unknown`);
    const options: DownloadOptions = {
      connectTimeoutMs: 4000,
      idleTimeoutMs: 30_000,
      totalTimeoutMs: 3_600_000,
      expectedBytes: null,
      mostBytes: 4 * 2 ** 30,
      reach: treeReach(localSourceHosts()),
      ...(this.sources.signal ? { signal: this.sources.signal } : {}),
    };
    for (const url of uris.flatMap((uri) => expandMirrorUri(uri, mirrors))) {
      const result = await download(url, partial, options);
      if (result.kind === 'downloaded') return partial;
    }
    return null;
  }

  private async fromArchive(
    name: string,
    before: ManifestEntry | null,
    { cpv, slot, isMain }: { readonly cpv: Cpv; readonly slot: string; readonly isMain: boolean },
    chosen: ArchiveChoice | null,
  ): Promise<Finding> {
    const nothing = (notes: readonly string[]): Finding => ({
      change: { name, replaces: null, kind: before ? 'unseen' : 'missing', before, after: null, from: null, notes },
      path: null,
      adapts: null,
      archive: null,
    });
    if (!this.archive || stemOf(name) === name || !(isMain || chosen)) return nothing([]);
    const names = chosen ? [chosen.package] : archiveNames(cpv.pn, slot, this.hintOf(name));
    const key = names.join(' ');
    const asked = this.offers.get(key) ?? archiveOffers(this.archive, names);
    this.offers.set(key, asked);
    const offers = await asked;
    const offer = offers.find((each) => (chosen ? each.version === chosen.version : each.upstream === cpv.pv));
    if (!offer) return nothing(offerNotes(name, offers));
    const standIn = await takeStandIn(this.archive, offer, join(homeLayout(this.sources.home).cache, 'stand-ins'));
    if (!standIn)
      return nothing([`\`${offer.file}\` of source package ${offer.package} ${offer.version} could not be fetched.`]);
    const sums = await digestFile(standIn.path);
    const source = `source package ${standIn.package} ${standIn.version}, file ${standIn.name}`;
    const top = await topFolder(standIn.path);
    const notes = [
      nameNote(name, standIn.name, top),
      'It is the distribution’s own packing of the source: files may be missing or added, and patches may not apply.',
      ...((await lacksConfigure(standIn.path, top))
        ? ['It has no `configure`: have the ebuild make it (`inherit autotools`, and `eautoreconf` in src_prepare).']
        : []),
      ...(unpacksByName(textIn(this.places, `${cpv.qualifiedName}/${cpv.pf}.ebuild`))
        ? [`The ebuild unpacks files by name: have it unpack \`${standIn.name}\`, or \`\${A}\` for all of them.`]
        : []),
    ];
    // S may be anything below WORKDIR when the ebuild says so itself
    const setsFolder = /^\s*S=/m.test(textIn(this.places, `${cpv.qualifiedName}/${cpv.pf}.ebuild`));
    const followed = isMain && (setsFolder || top !== stemOf(name));
    return {
      change: { name: standIn.name, replaces: name, kind: 'differs', before, after: sums, from: source, notes },
      path: standIn.path,
      adapts: {
        ebuild: cpv.text,
        lines: adaptingLines({ from: name, to: standIn.name, source, top, isMain: followed }),
      },
      archive: { package: standIn.package, version: standIn.version },
    };
  }
}

function nameNote(from: string, to: string, top: string | null): string {
  const folder = top !== null && top !== stemOf(from) ? ` and look in its folder \`${top}\`` : '';
  return `It has a different name, so lines are added to the ebuild that ask for \`${to}\`${folder}.`;
}

/** Does an ebuild unpack anything but all its files? Those that have another name now it would not find. */
export const unpacksByName = (text: string): boolean => /^[ \t]*unpack[ \t]+(?!"?\$(?:A\b|\{A\}))\S/m.test(text);

/** Is a distfile the package itself, however it writes its version (`sqlite-src-3460100.zip`), and nothing beside it? */
const isMainSource = (name: string, { pn, pv }: Cpv): boolean =>
  (name.includes(pv) || name.toLowerCase().startsWith(pn.toLowerCase())) &&
  !/patch|doc|man|test|data/i.test(name.toLowerCase().replace(pn.toLowerCase(), ''));

function offerNotes(name: string, offers: readonly ArchiveOffer[]): readonly string[] {
  if (offers.length === 0) return [];
  const list = offers.map((offer) => `${offer.package}=${offer.version}`).slice(0, 6);
  return [`The archive has other versions: ${list.join(', ')}. \`--use ${name}=PACKAGE=VERSION\` takes one.`];
}

function found(
  name: string,
  path: string,
  before: ManifestEntry | null,
  sums: { readonly sizeBytes: number; readonly hashes: Readonly<Record<string, string>> },
  from: string,
): Finding {
  const kind = before === null ? 'new' : sameSums(before, sums) ? 'same' : 'differs';
  const after = kind === 'same' ? before : { sizeBytes: sums.sizeBytes, hashes: sums.hashes };
  return { change: { name, replaces: null, kind, before, after, from, notes: [] }, path, adapts: null, archive: null };
}

async function examine(
  opened: OpenedDesign,
  places: OverlayPlaces,
  name: string,
  sources: ManifestSources,
): Promise<Examined> {
  const { qualifiedName, cpvs } = ebuildsOf(places, name);
  const overlay = withOverlay(opened, places).byName.get(places.name) as Repository;
  const { byName } = opened.tree.repositories;
  const masters = overlay.masters.flatMap((master) => byName.get(master)?.location ?? []);
  const metadata = await readMetadata(overlay, [places.repository, ...masters], cpvs);
  const manifestPath = `${qualifiedName}/Manifest`;
  const old = distEntries(textIn(places, manifestPath));
  const search = new SourceSearch(opened, places, masters, sources);
  const findings = new Map<string, Finding>();
  for (const [at, cpv] of cpvs.entries()) {
    const keys = metadata[at]?.keys ?? {};
    const sources = evaluateSourceUri(keys.SRC_URI ?? '', null);
    const isAlone = sources.filter(({ name }) => stemOf(name) !== name).length === 1;
    for (const source of sources) {
      if (findings.has(source.name)) continue;
      const about = { cpv, slot: keys.SLOT ?? '0', isAlone };
      findings.set(source.name, await search.find(source, old.get(source.name) ?? null, about));
    }
  }
  const ebuilds = new Map<string, string>();
  for (const { adapts } of findings.values()) {
    if (adapts === null) continue;
    const { pf } = parseCpv(adapts.ebuild);
    const path = `${qualifiedName}/${pf}.ebuild`;
    ebuilds.set(path, `${ebuilds.get(path) ?? textIn(places, path)}${adapts.lines}`);
  }
  const dropped = [...old.values()]
    .filter((entry) => !findings.has(entry.name))
    .map(
      (entry): DistfileChange => ({
        name: entry.name,
        replaces: null,
        kind: 'dropped',
        before: entry,
        after: null,
        from: null,
        notes: [],
      }),
    );
  const entries = [...findings.values()].flatMap(({ change }): readonly ManifestEntry[] => {
    const sums = change.after ?? change.before;
    return sums === null ? [] : [{ kind: 'DIST', name: change.name, sizeBytes: sums.sizeBytes, hashes: sums.hashes }];
  });
  const text = formatManifest(entries);
  const distfiles = [...[...findings.values()].map(({ change }) => change), ...dropped];
  const diffs = [...ebuilds].map(([path, after]) => ({
    path,
    diff: textDiff(Buffer.from(textIn(places, path)), Buffer.from(after)) ?? '',
  }));
  const before = textIn(places, manifestPath);
  const digest = createHash('sha256')
    .update(JSON.stringify([before, text, [...ebuilds]]))
    .digest('hex')
    .slice(0, 32);
  return {
    proposal: {
      package: qualifiedName,
      manifest: join(places.repository, manifestPath),
      distfiles,
      ebuilds: diffs,
      isChange: text !== before || ebuilds.size > 0,
      digest,
    },
    findings: [...findings.values()],
    text,
    ebuilds,
    qualifiedName,
  };
}

/**
 * What the Manifest of a package of the overlay would be, from the sources at hand: the user's folder, the distfiles, the
 * host's source archive, and the internet if that is wanted. Nothing is written but what was fetched. Throws NOT_TAKEN,
 * EBUILD_UNREADABLE, SRC_URI_INVALID.
 */
export async function proposeManifest(
  opened: OpenedDesign,
  places: OverlayPlaces,
  name: string,
  sources: ManifestSources,
): Promise<ManifestProposal> {
  return (await examine(opened, places, name, sources)).proposal;
}

/**
 * Writes the Manifest that was shown, and what the ebuild needs for it; the files become distfiles. Throws NOT_AS_SHOWN when
 * it would not be the same any more, and what `proposeManifest` throws.
 */
export async function acceptManifest(
  opened: OpenedDesign,
  places: OverlayPlaces,
  name: string,
  sources: ManifestSources,
  digest: string,
): Promise<ManifestProposal> {
  const { proposal, findings, text, ebuilds, qualifiedName } = await examine(opened, places, name, sources);
  if (proposal.digest !== digest) {
    throw new OverlayError('NOT_AS_SHOWN', `the sources of \`${qualifiedName}\` are no longer those that were shown`, {
      hint: 'Check the differences again, then accept them.',
    });
  }
  const { distfiles } = homeLayout(sources.home);
  mkdirSync(distfiles, { recursive: true });
  const hints = new Map<string, object>(readArchiveHints(places.repository));
  const told: Record<string, string> = {};
  for (const { change, path, archive } of findings) {
    if (path !== null && path !== join(distfiles, change.name)) copyFileSync(path, join(distfiles, change.name));
    if (archive !== null) hints.set(change.name, archive);
    if (change.from !== null && change.kind !== 'same') told[change.name] = change.from;
  }
  writeBelow(places.repository, `${qualifiedName}/Manifest`, text);
  for (const [path, content] of ebuilds) writeBelow(places.repository, path, content);
  if (hints.size > 0) writeHints(places, hints);
  for (const taken of readTakenEbuilds(places)) {
    if (`${taken.category}/${taken.pn}` !== qualifiedName) continue;
    writeOrigin(places, taken, { sources: { ...taken.sources, ...told } });
  }
  return proposal;
}
