import { statSync } from 'node:fs';
import { join } from 'node:path';
import { indexedFiles } from '../engine/archive-index';
import { distfilesOf } from '../engine/build-package';
import { describeEbuilds, type EbuildFacts } from '../engine/ebuild-facts';
import type { Distfile } from '../engine/fetch';
import { hostAnswers } from '../engine/host-answers';
import type { HostArchive } from '../engine/host-archive';
import { type FileVerdict, verifyFile } from '../engine/manifest';
import { expandMirrorUri, mirrorPath } from '../engine/mirrors';
import { openHostArchive, type SourceSettings } from '../engine/open-fetcher';
import { localSourceHosts, mirrorReach, treeReach } from '../engine/source-reach';
import { isStudioError } from '../errors';
import { dataHome, homeLayout } from '../home';
import type { Plan, PlannedPackage } from '../resolve/plan';
import type { OpenedDesign } from './open-design';
import { sourceSettings } from './source-settings';

/**
 * Where a source file is or comes from. `here`: among the distfiles; `folder`: in a folder or mirror on this disk; `archive`:
 * this machine's source archive has it; `download`: from mirrors or where the ebuild says; `by-hand`: its licence wants the
 * user to get it; `nowhere`: no place that is known and answers has it.
 */
export type SourceState = 'here' | 'folder' | 'archive' | 'download' | 'by-hand' | 'nowhere';

export interface PlannedSource {
  readonly name: string;
  readonly sizeBytes: number;
  /** `category/PF` of the packages that are built from it */
  readonly packages: readonly string[];
  readonly state: SourceState;
  /** folder, source package or host; for `nowhere` where it was looked for; for `by-hand` where to get it */
  readonly from: string;
  /** of `nowhere`: later suites of Debian that have a file of this name and size, and are not asked; absent: none */
  readonly later?: readonly string[];
  /** files under its name on this disk that are not what the Manifest names, with their paths; one sentence each; absent: none */
  readonly wrong?: readonly string[];
}

/** Sources of one plan. */
export interface PlanSources {
  /** in the order in which they are needed */
  readonly files: readonly PlannedSource[];
  /** later suites of Debian that are not asked, where a file is `nowhere` and the machine has Debian's archive; absent: none */
  readonly laterSuites?: readonly string[];
  /** no host of a mirror or of SRC_URI took a connection */
  readonly isOffline: boolean;
  /** packages whose sources could not be told, and why */
  readonly unknown: readonly { readonly cpv: string; readonly message: string }[];
}

/** A distfile with the packages that need it. */
export interface NeededFile {
  readonly file: Distfile;
  readonly packages: readonly PlannedPackage[];
}

/**
 * Files that the packages of the plan are built from, each once, in plan order, and packages for which that is not known.
 * `withBuilt`: also of those that staging has already, as another machine would need them.
 */
export async function neededFiles(
  opened: OpenedDesign,
  plan: Pick<Plan, 'packages'>,
  { withBuilt = false }: { readonly withBuilt?: boolean } = {},
): Promise<{ readonly files: readonly NeededFile[]; readonly unknown: PlanSources['unknown'] }> {
  const describe = describeEbuilds(opened.staging, opened.tree.repositories);
  const found = new Map<string, { file: Distfile; packages: PlannedPackage[] }>();
  const unknown: { cpv: string; message: string }[] = [];
  for (const pkg of plan.packages) {
    if (pkg.root !== 'staging' || !(withBuilt || pkg.action === 'build')) continue;
    try {
      for (const file of await distfilesOf(pkg.cpv, describe(pkg))) {
        const known = found.get(file.entry.name);
        if (known) known.packages.push(pkg);
        else found.set(file.entry.name, { file, packages: [pkg] });
      }
    } catch (error) {
      if (!isStudioError(error)) throw error;
      const isWithout = error.code === 'EBUILD_MISSING';
      unknown.push({
        cpv: pkg.cpv,
        message: isWithout ? 'the tree has no ebuild that names its sources' : error.message,
      });
    }
  }
  return { files: [...found.values()], unknown };
}

/** How long a host may take to answer. */
const patienceMs = 2_500;

const hashed = { kind: 'filename-hash', algorithm: 'BLAKE2B', cutoffs: [8] } as const;

function hasSize(path: string, sizeBytes: number): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  return info?.isFile() === true && info.size === sizeBytes;
}

/** Hashes are long: who compares them sees the first digits differ. */
const wrongWords = (path: string, { property, expected, actual }: FileVerdict & { kind: 'differs' }): string => {
  const short = (text: string): string => (text.length > 16 ? `${text.slice(0, 12)}…` : text);
  return `\`${path}\` is not the file of the Manifest: ${property} is ${short(actual)}, expected ${short(expected)}`;
};

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const urisOf = ({ uris, thirdPartyMirrors }: Distfile): string[] =>
  uris.flatMap((uri) => expandMirrorUri(uri, thirdPartyMirrors));

/** Judges files one by one; asks each place once. */
export class SourceFinder {
  private readonly settings: SourceSettings;
  private readonly distDir: string;
  private readonly archive: HostArchive | null;
  private online: Promise<boolean> | null = null;

  constructor(
    opened: OpenedDesign,
    private readonly signal?: AbortSignal,
    home: string = opened.options.home ?? dataHome(),
  ) {
    const { distfiles, cache } = homeLayout(home);
    this.settings = sourceSettings(opened);
    this.distDir = distfiles;
    const locations = opened.tree.repositories.ordered.map(({ location }) => location);
    this.archive = openHostArchive({ cacheDir: cache }, this.settings, locations);
  }

  /** Files on this disk are read: one with other bytes is not the file, and is told in `wrong`. */
  async find(
    file: Distfile,
    urlsOfAll: readonly string[],
  ): Promise<{ readonly state: SourceState; readonly from: string; readonly wrong: readonly string[] }> {
    const wrong: string[] = [];
    for (const { path, ...near } of this.placesNear(file)) {
      if (path === null) return { ...near, wrong };
      const verdict = await verifyFile(path, file.entry, this.signal);
      if (verdict.kind === 'matches') return { ...near, wrong };
      if (verdict.kind === 'differs') wrong.push(wrongWords(path, verdict));
    }
    return { ...(await this.findFar(file, urlsOfAll)), wrong };
  }

  private async findFar(
    file: Distfile,
    urlsOfAll: readonly string[],
  ): Promise<{ readonly state: SourceState; readonly from: string }> {
    const uris = urisOf(file);
    const mirrors = this.mirrorsOf(file);
    const remote = mirrors.filter((mirror) => /^https?:/.test(mirror));
    const all = [...remote, ...uris];
    if (all.length > 0 && (await this.isOnline([...remote, ...urlsOfAll]))) {
      return { state: 'download', from: hostOf(all[0] as string) };
    }
    const place = await this.inArchive(file);
    if (place !== null) return { state: 'archive', from: place };
    return { state: 'nowhere', from: [...new Set(all.map(hostOf))].slice(0, 3).join(', ') };
  }

  /** What needs nobody else to answer, by size alone; null: it has to come from elsewhere. */
  findNear(file: Distfile): { readonly state: 'here' | 'folder' | 'by-hand'; readonly from: string } | null {
    for (const { path, state, from } of this.placesNear(file)) {
      if (path === null || hasSize(path, file.entry.sizeBytes)) return { state, from };
    }
    return null;
  }

  /** Places on this disk that may have a file, in the order in which they are asked; without a path: it is not asked for further. */
  private *placesNear(file: Distfile): Generator<{
    readonly path: string | null;
    readonly state: 'here' | 'folder' | 'by-hand';
    readonly from: string;
  }> {
    const { name } = file.entry;
    yield { path: join(this.distDir, name), state: 'here', from: this.distDir };
    for (const folder of this.settings.folders) yield { path: join(folder, name), state: 'folder', from: folder };
    if (file.fetchRestricted) {
      const from = `${urisOf(file)[0] ?? 'see its home page'}, into ${this.distDir}`;
      yield { path: null, state: 'by-hand', from };
    }
    for (const mirror of this.mirrorsOf(file)) {
      const folder = mirror.replace(/^file:\/\//, '');
      if (!folder.startsWith('/')) continue;
      for (const layout of [{ kind: 'flat' } as const, hashed]) {
        yield { path: join(folder, 'distfiles', mirrorPath(layout, name)), state: 'folder', from: folder };
      }
    }
  }

  /** Later suites of the archive that are not asked, and those of them that have the file. */
  notAsked({ entry }: Distfile): ReturnType<HostArchive['notAsked']> {
    return this.archive?.notAsked(entry) ?? { all: [], have: [] };
  }

  private mirrorsOf({ mirrorRestricted }: Distfile): readonly string[] {
    return mirrorRestricted ? [] : [...this.settings.mirrors, ...this.settings.treeMirrors];
  }

  /** Does any of the first hosts answer? Asked once. */
  isOnline(urls: readonly string[]): Promise<boolean> {
    this.online ??= this.askHosts(urls);
    return this.online;
  }

  private async askHosts(urls: readonly string[]): Promise<boolean> {
    const byHost = new Map(urls.map((url) => [hostOf(url), url]));
    const local = localSourceHosts();
    const answers = [...byHost.values()].slice(0, 3).map((url) => {
      const { mirrors, machineMirrors } = this.settings;
      const reach = mirrors.includes(url) ? mirrorReach(url, { localHosts: local, machineMirrors }) : treeReach(local);
      return hostAnswers(url, reach, patienceMs);
    });
    return (await Promise.all(answers)).includes(true);
  }

  private async inArchive({ archive: hint, entry }: Distfile): Promise<string | null> {
    if (!this.archive) return null;
    const [file] = await this.archive.whereIs(hint, entry, this.signal);
    if (!file) return null;
    const isChecked = indexedFiles(entry.name, entry.sizeBytes).some((known) => known.isChecked);
    return `${file.suite}: ${file.source} ${file.version}${isChecked ? '' : ' (by size and name)'}`;
  }
}

const remoteUrls = (files: readonly Distfile[]): string[] => files.flatMap(urisOf);

/** Which sources a plan needs and where each is. Nothing is downloaded but the archive's index, when nobody else answers. `which`: as for `neededFiles`. */
export async function planSources(
  opened: OpenedDesign,
  plan: Pick<Plan, 'packages'>,
  finder = new SourceFinder(opened),
  which: { readonly withBuilt?: boolean } = {},
): Promise<PlanSources> {
  const { files, unknown } = await neededFiles(opened, plan, which);
  const urls = remoteUrls(files.map(({ file }) => file));
  const found: PlannedSource[] = [];
  for (const { file, packages } of files) {
    const { state, from, wrong } = await finder.find(file, urls);
    const { name, sizeBytes } = file.entry;
    const later = state === 'nowhere' ? finder.notAsked(file).have : [];
    const source = { name, sizeBytes, packages: packages.map(({ cpv }) => cpv), state, from };
    found.push({ ...source, ...(later.length === 0 ? {} : { later }), ...(wrong.length === 0 ? {} : { wrong }) });
  }
  const [missing] = files.filter((_, index) => found[index]?.state === 'nowhere');
  const laterSuites = missing ? finder.notAsked(missing.file).all : [];
  const wantsNet = found.some(({ state }) => state === 'archive' || state === 'nowhere' || state === 'download');
  const suites = laterSuites.length === 0 ? {} : { laterSuites };
  return { files: found, unknown, ...suites, isOffline: wantsNet && urls.length > 0 && !(await finder.isOnline(urls)) };
}

/** Sources of a plan in figures. Each file counts once, so `here + folder + byHand + elsewhere` is `files`. */
export interface SourceCounts {
  readonly files: number;
  readonly sizeBytes: number;
  readonly here: number;
  readonly folder: number;
  readonly byHand: number;
  /** from mirrors, hosts or the archive, or from nowhere: that takes asking */
  readonly elsewhere: number;
  /** packages whose sources could not be told */
  readonly unknown: number;
}

/** How many files a plan needs and which of them are where, as `planSources` finds them; asks nobody. */
export async function countPlanSources(opened: OpenedDesign, plan: Pick<Plan, 'packages'>): Promise<SourceCounts> {
  const finder = new SourceFinder(opened);
  const { files, unknown } = await neededFiles(opened, plan);
  const states = files.map(({ file }) => finder.findNear(file)?.state ?? null);
  const count = (wanted: SourceState | null): number => states.filter((state) => state === wanted).length;
  return {
    files: files.length,
    sizeBytes: files.reduce((sum, { file }) => sum + file.entry.sizeBytes, 0),
    here: count('here'),
    folder: count('folder'),
    byHand: count('by-hand'),
    elsewhere: count(null),
    unknown: unknown.length,
  };
}

/** Can every source of an ebuild be had? */
export async function hasAllSources(cpv: string, facts: EbuildFacts, finder: SourceFinder): Promise<boolean> {
  try {
    const files = await distfilesOf(cpv, facts);
    // what has none fetches something else: a checkout of its own
    if (files.length === 0) return false;
    for (const file of files) {
      const { state } = await finder.find(file, remoteUrls(files));
      if (state === 'nowhere' || state === 'by-hand') return false;
    }
    return true;
  } catch (error) {
    if (isStudioError(error)) return false;
    throw error;
  }
}
