import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildPhase, PackageNotice } from '../layout/events';
import { parseCpv } from '../pms';
import type { BuildSlot } from './build-slots';
import { besideWorkFolder } from './built-folder';
import type { EbuildFacts } from './ebuild-facts';
import { entryFilesOf } from './entry-files';
import { EngineError } from './errors';
import type { Distfile, DistfileFetcher } from './fetch';
import { finishImage } from './finish-image';
import { namesFor } from './host-names';
import type { ImageEntry } from './image-tree';
import { declaredNeeds, judgeNetwork, networkOf } from './network-wish';
import type { PackageStore, StoredPackage } from './package-store';
import type { EbuildPhase, PhaseMessage, PhaseRequest, PhaseResult, RunEbuildPhases } from './phase-contract';
import { buildPhases } from './phase-list';
import { insidePaths, withRealDistDir } from './phase-settings';
import { phaseSubject, restrictOf } from './phase-subject';
import { archOf, chostOf, type PrefixPlace, toolOf, workFolder } from './prefix-place';
import { manifestOf, readArchiveHints, thirdPartyMirrors } from './repository-files';
import { withPackedEnvironment } from './saved-environment';
import { sourceDateEpoch } from './source-date';
import { evaluateSourceUri } from './source-uri';
import type { EntryFiles } from './vdb';
import { removeWork, runRecorded, type WorkRecord } from './work-record';

/** The files that a build of this ebuild needs, with what is known of where to get them. Throws MANIFEST_MISSING. */
export async function distfilesOf(cpv: string, facts: EbuildFacts): Promise<readonly Distfile[]> {
  const use = new Set(facts.use);
  const sources = evaluateSourceUri(facts.metadata.SRC_URI ?? '', use);
  if (sources.length === 0) return [];
  const restrict = restrictOf(facts);
  const manifest = manifestOf(facts);
  const hints = readArchiveHints(facts.repositoryLocation);
  const mirrors = thirdPartyMirrors(facts.mirrorLocations);
  return sources.map(({ name, uris, liftsRestriction }) => {
    const entry = manifest.get(name);
    if (!entry) {
      throw new EngineError('MANIFEST_MISSING', `the Manifest of \`${cpv}\` has no entry for \`${name}\``, {
        hint: `Write it into \`${join(dirname(facts.ebuild), 'Manifest')}\`; a source file is used only if its size and hashes are known.`,
        details: { cpv, name },
      });
    }
    return {
      entry,
      uris,
      thirdPartyMirrors: mirrors,
      mirrorRestricted: (restrict.includes('mirror') || restrict.includes('fetch')) && liftsRestriction !== 'mirror',
      fetchRestricted: restrict.includes('fetch') && liftsRestriction === null,
      archive: hints.get(name) ?? null,
    };
  });
}

export interface BuildRequest {
  readonly place: PrefixPlace;
  readonly cpv: string;
  readonly facts: EbuildFacts;
  readonly distfiles: readonly Distfile[];
  /** further VDB files, for instance the build key */
  readonly moreFiles: ReadonlyMap<string, string>;
  readonly fetcher: DistfileFetcher;
  readonly distDir: string;
  readonly store: PackageStore;
  readonly runPhases: RunEbuildPhases;
  /** `category/PF` that the build machine provides; for `has_version -b` */
  readonly hostProvided: readonly string[];
  readonly hostNames: Readonly<Record<string, string>>;
  readonly makeOpts: string;
  readonly compileCache?: PhaseRequest['compileCache'];
  /** its saved environment stays plain, because it is rewritten for each path and packed then; default: no */
  readonly isForAnyPath?: boolean;
  readonly signal?: AbortSignal;
  /** takes output; a promise is waited for before more comes */
  readonly log: (text: string) => void | Promise<void>;
  /** takes what the phases want people to know */
  readonly onMessage?: (message: PhaseMessage) => void;
  /** takes what our checks of the image find */
  readonly onNotice?: (notice: PackageNotice) => void;
  readonly onPhase: (phase: BuildPhase) => void;
}

/** A package that is built beside others. */
export interface QueuedRequest extends BuildRequest {
  /** waits for a processor once the sources are here; it is given back when the package is packed. `tokens`: where its FIFO goes */
  readonly enter: (tokens: string) => Promise<BuildSlot>;
}

export interface BuiltPackage {
  readonly stored: StoredPackage;
  readonly imageDir: string;
  readonly entries: readonly ImageEntry[];
  readonly buildDir: string;
  readonly entryFiles: EntryFiles;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

export type BuildOutcome =
  | { readonly kind: 'built'; readonly built: BuiltPackage }
  | Extract<PhaseResult, { kind: 'failed' | 'cancelled' }>;

/** Folder of the work of one package: WORKDIR, T, image. Kept after a failure, for looking at it. */
export function buildDirOf(place: PrefixPlace, cpv: string): string {
  const { category, pf } = parseCpv(cpv);
  return join(workFolder(place.stagingDir), category, pf);
}

/** Lets pkg_nofetch say in the log where to get the files from. */
async function explainFetch(request: BuildRequest): Promise<void> {
  if (!(request.facts.metadata.DEFINED_PHASES ?? '').split(/\s+/).includes('nofetch')) return;
  const buildDir = buildDirOf(request.place, request.cpv);
  await mkdir(buildDir, { recursive: true });
  const real = (text: string): string => withRealDistDir(text, request.distDir);
  const told: BuildRequest = {
    ...request,
    log: (text) => request.log(real(text)),
    onMessage: (message) => request.onMessage?.({ ...message, text: real(message.text) }),
  };
  await runPhasesOf(told, buildDir, ['nofetch']);
}

/** Runs phases of a package in its work folder; with `after` they go on from what was done there. */
export function runPhasesOf(
  request: BuildRequest,
  buildDir: string,
  phases: readonly EbuildPhase[],
  after: WorkRecord | null = null,
  tokens?: string,
): Promise<PhaseResult> {
  const { place, cpv, facts } = request;
  const asked: PhaseRequest = {
    ...phaseSubject(cpv, facts, request.distfiles),
    roots: { broot: '/', root: place.stagingRoot, sysroot: place.stagingRoot, eprefix: place.path },
    chost: chostOf(place),
    arch: archOf(place),
    bashrcs: facts.bashrcs,
    features: [...(facts.features ?? [])],
    distDir: request.distDir,
    variables: { ...facts.variables, MAKEOPTS: request.makeOpts },
    hostProvided: request.hostProvided,
    hostNames: namesFor(facts, request.hostNames),
    buildDir,
    phases,
    environmentFile: null,
    continues: after !== null,
    replacingVersions: [],
    replacedByVersion: null,
    tokens,
    compileCache: request.compileCache,
    network: networkOf(place, cpv, facts),
    signal: request.signal,
    onOutput: request.log,
    onMessage: request.onMessage,
    onPhase: (phase) => {
      if (phase !== 'prerm' && phase !== 'postrm' && phase !== 'config' && phase !== 'nofetch' && phase !== 'info')
        request.onPhase(phase);
    },
  };
  if (phases.includes('nofetch')) return request.runPhases(asked);
  return runRecorded(request.runPhases, asked, after);
}

/** Gets the sources of a package, told in its log. Throws what fetching throws. */
export async function fetchSources(request: BuildRequest): Promise<void> {
  const { signal } = request;
  if (request.distfiles.length > 0) request.onPhase('fetch');
  const line = (text: string): void => void request.log(`${text}\n`);
  for (const file of request.distfiles) {
    const { source } = await request.fetcher.fetch(file, { log: line, signal }).catch(async (error: unknown) => {
      if (file.fetchRestricted) await explainFetch(request);
      throw error;
    });
    line(`>>> ${file.entry.name} (${source}): size and hashes match the Manifest`);
  }
  signal?.throwIfAborted();
}

/**
 * Builds one package: sources, phases in the sandbox, strip, ELF facts, binary package. The image stays for the merge.
 * A phase that fails is an answer, not an error; throws what fetching, stripping and packing throw.
 */
export async function buildPackage(request: QueuedRequest): Promise<BuildOutcome> {
  const { place, cpv, facts } = request;
  for (const notice of judgeNetwork(cpv, declaredNeeds(facts))) request.onNotice?.(notice);
  await fetchSources(request);
  const buildDir = buildDirOf(place, cpv);
  await removeWork(buildDir);
  await mkdir(buildDir, { recursive: true });
  const slot = await request.enter(besideWorkFolder(buildDir, 'tokens'));
  try {
    const onPhase = (phase: BuildPhase): void => {
      slot.setPhase(phase);
      request.onPhase(phase);
    };
    const told = { ...request, onPhase };
    const result = await runPhasesOf(told, buildDir, buildPhases(facts), null, slot.tokens);
    if (result.kind !== 'ok') return result;
    return { kind: 'built', built: await packImage(told, buildDir, result) };
  } finally {
    slot.release();
  }
}

/** Makes a binary package of what `src_install` left. Throws what stripping and packing throw. */
export async function packImage(
  request: BuildRequest,
  buildDir: string,
  result: Pick<Extract<PhaseResult, { kind: 'ok' }>, 'installed' | 'cpuMs' | 'peakRssBytes'>,
): Promise<BuiltPackage> {
  const { place, cpv, facts } = request;
  const restrict = restrictOf(facts);
  const line = (text: string): void => void request.log(`${text}\n`);
  const imageDir = join(buildDir, 'image');
  const installed = result.installed ?? { strip: [], stripExclude: [], owners: [], capabilities: [] };
  const { entries, elfs } = await finishImage({
    imageDir,
    eapi: facts.metadata.EAPI || '0',
    staging: place.staging,
    strip: {
      restricted: restrict.includes('strip') || (facts.features?.has('nostrip') ?? false),
      include: installed.strip,
      exclude: installed.stripExclude,
    },
    stripTool: toolOf(place.board, 'strip'),
    buildPath: insidePaths({ cpv, repository: facts.repository, eclassDirs: [] }).build,
    signal: request.signal,
    onTaken: () => request.onPhase('package'),
    log: line,
    onNotice: request.onNotice ?? (() => undefined),
  });
  const files = await entryFilesOf({
    cpv,
    facts,
    chost: chostOf(place),
    arch: archOf(place),
    staging: place.staging,
    buildDir,
    elfs,
    notes: installed,
    buildTime: Math.floor(Date.now() / 1000),
    more: request.moreFiles,
  });
  const entryFiles = request.isForAnyPath ? files : await withPackedEnvironment(files);
  const stored = await request.store.add(cpv, {
    imageDir,
    entries,
    metadata: entryFiles,
    owners: new Map(installed.owners.map(({ path, uid, gid }) => [path, { uid, gid }])),
    capabilities: new Map(installed.capabilities.map(({ path, capabilities }) => [path, capabilities])),
    epoch: sourceDateEpoch,
    signal: request.signal,
  });
  line(`>>> ${stored.path}`);
  const withBuildId = new Map(entryFiles).set('BUILD_ID', `${stored.buildId}`);
  const { cpuMs, peakRssBytes } = result;
  return { stored, imageDir, entries, buildDir, entryFiles: withBuildId, cpuMs, peakRssBytes };
}
