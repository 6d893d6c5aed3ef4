import { join } from 'node:path';
import type { Design } from '../design';
import { newestShell } from '../engine/ebuild-shell';
import { openMetadataPhase } from '../engine/metadata';
import { readWorld } from '../engine/world';
import { dataHome, homeLayout, programRoot } from '../home';
import { type DerivedNames, deriveNames } from '../layout/names';
import type { ToolchainFacts } from '../layout/toolchain';
import {
  type BinaryPackage,
  binarySource,
  type ExtraRepository,
  generateMetadata,
  joinSources,
  type MetadataProgress,
  openFlatcarTree,
  openStarterTree,
  type PackageTree,
  type PrefixSettings,
  type ProfiledConfiguration,
  prefixConfigurationFiles,
  readBinaryPackages,
  readPackageMoves,
  readVdb,
  retryFailed,
  runtimeOnly,
  targetConfiguration,
  toolchainRepository,
  UnreadIndex,
} from '../repo';
import type { CloneProgress } from './clone';
import { type HandMade, type HandMadeRepository, handMadeRepositories, mergedFiles, readHandMade } from './hand-made';
import { type HostChoice, hostFor } from './host';
import { ReadingAsAsked } from './reading-as-asked';
import { overlayPlaces, readTakenEbuilds, type TakenEbuild } from './taken-ebuilds';
import { chooseToolchain, toolchainKind } from './toolchain';
import { treeNotices } from './tree-notices';
import { repositoryFolder, treeFolder } from './trees';

export interface OpenOptions {
  /** data folder; default `dataHome()` */
  readonly home?: string;
  /** what the build host has; default: the assumed SDK where its compiler builds, else this machine */
  readonly host?: HostChoice;
  /** folder of the starter overlay; default: the program's own */
  readonly starterFolder?: string;
  /** where the roots stand; default: below the data folder */
  readonly names?: DerivedNames;
  /** told while metadata of ebuilds is generated */
  readonly onMetadata?: (progress: MetadataProgress) => void;
  /** the design's tree, opened before with `openDesignTree`; default: it is opened */
  readonly opened?: OpenedTree;
  /** ebuilds without metadata are read when they are asked for, by `reading` of what is opened; default: all, now */
  readonly isReadAsAsked?: boolean;
  /** waited for before each ebuild that is read without anybody asking for it */
  readonly giveWay?: () => Promise<void>;
  /** told while a repository of the design is cloned */
  readonly onClone?: (progress: CloneProgress) => void;
  readonly signal?: AbortSignal;
}

/** A tree whose ebuilds have metadata, but for those that cannot be read. */
export interface OpenedTree {
  readonly tree: PackageTree;
  /** ebuilds left without metadata just now, and why */
  readonly unreadable: readonly { readonly cpv: string; readonly message: string }[];
  /** reads what is asked for; questions about the tree go through it. null: everything is read */
  readonly reading?: ReadingAsAsked | null;
}

/** A design with everything that planning asks. */
export interface OpenedDesign {
  readonly design: Design;
  readonly names: DerivedNames;
  readonly tree: PackageTree;
  readonly toolchain: ToolchainFacts;
  /** what the configuration of both roots says: the design, and what its tool chain provides */
  readonly settings: PrefixSettings;
  /** what people put into `etc/portage` of the roots; both configurations have it */
  readonly handMade: HandMade;
  readonly host: ProfiledConfiguration;
  readonly staging: ProfiledConfiguration;
  /** run-time dependencies only, installed from the binary packages of staging */
  readonly final: ProfiledConfiguration;
  readonly binaries: readonly BinaryPackage[];
  /** how it was opened */
  readonly options: OpenOptions;
  /** ebuilds left without metadata, and why */
  readonly unreadable: readonly { readonly cpv: string; readonly message: string }[];
  /** what was left out of the trees, and why: a sentence each */
  readonly notices: readonly string[];
  /** reads what is asked for; questions go through it. null: everything is read */
  readonly reading: ReadingAsAsked | null;
  /** ebuilds of the design's own overlay, by `category/PF`; none when the design does not name it */
  readonly taken: ReadonlyMap<string, TakenEbuild>;
  /** entries of the world that are planned no longer, because they are about to leave it; default: none */
  readonly forgotten?: readonly string[];
}

/** Version of the bash that reads ebuilds, `5.2`. */
export const bashVersion = (): string => newestShell().version;

/** The folder of a design's tree, for telling its repositories from others. */
const folderOfTree = ({ tree }: Design, home: string, options: OpenOptions): string =>
  tree === 'starter' ? (options.starterFolder ?? join(programRoot(), 'overlays/starter')) : treeFolder(tree, home);

/** Repositories that were named by hand in the roots of a design's prefix. `handMade`: what stands there, if it was read before. */
export function repositoriesByHand(
  design: Design,
  options: OpenOptions = {},
  handMade?: HandMade,
): readonly HandMadeRepository[] {
  const home = options.home ?? dataHome();
  const found = handMade ?? readHandMade(options.names ?? deriveNames(design, home, home));
  return handMadeRepositories(found, design, () => folderOfTree(design, home, options));
}

/** Extra repositories of a design; those that are URLs are cloned when they are not there yet. */
async function extraRepositories(design: Design, options: OpenOptions, home: string): Promise<ExtraRepository[]> {
  const found: ExtraRepository[] = [];
  for (const repository of design.repositories) {
    const location = await repositoryFolder(repository, {
      home,
      ...(options.onClone ? { onProgress: options.onClone } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const { name, priority, masters, aliases } = repository;
    found.push({
      name,
      location,
      ...(priority !== undefined && { priority }),
      ...(masters && { masters }),
      ...(aliases && { aliases }),
    });
  }
  return found;
}

const placeOfRepository = ({ file: _, isThere: __, ...place }: HandMadeRepository): ExtraRepository => place;

function readAsAsked(
  opened: PackageTree,
  cacheFolder: string,
  { onMetadata, signal }: OpenOptions,
): Pick<OpenedTree, 'tree' | 'reading'> {
  const indexes = opened.indexes.map((index) => {
    const repository = opened.repositories.byName.get(index.repository);
    return index.pending.length > 0 && repository ? new UnreadIndex(index, repository, cacheFolder) : index;
  });
  const tree = { ...opened, indexes };
  const options = { cacheFolder, bash: bashVersion(), ...(onMetadata && { onMetadata }), ...(signal && { signal }) };
  return { tree, reading: new ReadingAsAsked(tree, options) };
}

/**
 * Opens the tree and the extra repositories of a design, also those that were named by hand in its roots. Generates metadata that
 * is missing. Throws for trees that cannot be read.
 */
export async function openDesignTree(design: Design, options: OpenOptions = {}): Promise<OpenedTree> {
  const home = options.home ?? dataHome();
  const cache = homeLayout(home).cache;
  const byHand = repositoriesByHand(design, options).filter(({ isThere }) => isThere);
  const own = [...(await extraRepositories(design, options, home)), ...byHand.map(placeOfRepository)];
  const toolchain = toolchainRepository(join(programRoot(), 'overlays/toolchain'));
  const extra = toolchainKind(design) === 'host' ? [toolchain, ...own] : own;
  const open = (): PackageTree =>
    design.tree === 'starter'
      ? openStarterTree(options.starterFolder ?? join(programRoot(), 'overlays/starter'), cache, extra)
      : openFlatcarTree(treeFolder(design.tree, home), cache, extra);
  let tree = open();
  let pending = tree.indexes.flatMap((index) => index.pending);
  for (const repository of tree.repositories.ordered) {
    if (retryFailed(repository, cache, bashVersion)) {
      tree = open();
      pending = tree.indexes.flatMap((index) => index.pending);
    }
  }
  if (pending.length === 0) return { tree, unreadable: [] };
  if (options.isReadAsAsked) return { ...readAsAsked(tree, cache, options), unreadable: [] };
  const workers = 2;
  const phase = openMetadataPhase({ repositories: tree.repositories.ordered.map((each) => each.location), workers });
  try {
    const report = await generateMetadata(pending, tree.repositories, {
      source: (question) => phase.read(question),
      cacheFolder: cache,
      bash: bashVersion(),
      workers,
      ...(options.onMetadata ? { onProgress: options.onMetadata } : {}),
      ...(options.giveWay ? { giveWay: options.giveWay } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    return { tree: open(), unreadable: report.failed };
  } finally {
    phase.close();
  }
}

function defaultHost(design: Design, tree: PackageTree): HostChoice {
  if (tree.hostTable !== null) return { kind: 'table', path: tree.hostTable };
  return { kind: toolchainKind(design) === 'sdk' ? 'assumed-sdk' : 'machine' };
}

/** The design with what its tool chain provides in package.provided. */
const settingsOf = (design: Design, { provides }: ToolchainFacts): PrefixSettings => ({
  ...design,
  target_provides: [...design.target_provides, ...provides.map(({ cpv }) => `=${cpv}`)],
});

/** What a design says about its roots, on a tree, host and packages that are already open. */
function configureRoots(
  design: Design,
  base: Pick<OpenedDesign, 'names' | 'tree' | 'binaries' | 'toolchain'>,
): Pick<OpenedDesign, 'settings' | 'staging' | 'final' | 'handMade'> {
  const { names, tree, binaries } = base;
  const handMade = readHandMade(names);
  const settings = settingsOf(design, base.toolchain);
  const moves = (repository: string) => {
    const found = tree.repositories.byName.get(repository);
    return found ? readPackageMoves(tree.files, found) : [];
  };
  const userFiles = mergedFiles(handMade, prefixConfigurationFiles(settings, tree).files.keys());
  return {
    settings,
    handMade,
    staging: targetConfiguration(tree, settings, {
      userConfig: handMade.staging.folder,
      userFiles,
      userVariables: handMade.staging.variables,
      worldFolder: `${names.stagingEroot}/var/lib/portage`,
      world: readWorld({ root: names.stagingRoot, eprefix: design.path }),
      installed: readVdb(`${names.stagingEroot}/var/db/pkg`, moves),
      ebuilds: joinSources(tree.indexes),
    }),
    final: targetConfiguration(tree, settings, {
      place: 'final',
      userConfig: handMade.final.folder,
      userFiles,
      userVariables: new Map([...handMade.staging.variables, ...handMade.final.variables]),
      worldFolder: `${names.finalEroot}/var/lib/portage`,
      world: readWorld({ root: names.finalRoot, eprefix: design.path }),
      installed: readVdb(`${names.finalEroot}/var/db/pkg`, moves),
      ebuilds: joinSources(tree.indexes.map(runtimeOnly)),
      binaries: binarySource(binaries),
    }),
  };
}

function takenOf(design: Design, tree: PackageTree, home: string): ReadonlyMap<string, TakenEbuild> {
  const places = overlayPlaces(home, design.name);
  const known = tree.repositories.byName.get(places.name);
  if (known?.location !== tree.files.realPath(places.repository)) return new Map();
  return new Map(readTakenEbuilds(places).map((taken) => [taken.cpv, taken]));
}

const hostOf = (
  design: Design,
  tree: PackageTree,
  choice: HostChoice | undefined,
  home: string,
): ProfiledConfiguration =>
  hostFor(tree, choice ?? defaultHost(design, tree), {
    declared: design.host_provides,
    cacheFolder: homeLayout(home).cache,
  });

/** Loads repositories, configuration and installed packages of a design's roots. Generates metadata that is missing. */
export async function openDesign(design: Design, options: OpenOptions = {}): Promise<OpenedDesign> {
  const home = options.home ?? dataHome();
  const names = options.names ?? deriveNames(design, home, home);
  const { tree, unreadable, reading = null } = options.opened ?? (await openDesignTree(design, options));
  const toolchain = chooseToolchain(design, homeLayout(home).cache);
  const { packages, unread } = readBinaryPackages(names.pkgDir);
  const base = { names, tree, toolchain, binaries: packages };
  const roots = configureRoots(design, base);
  return {
    ...base,
    ...roots,
    design,
    host: hostOf(design, tree, options.host, home),
    options,
    unreadable,
    reading,
    notices: [
      ...treeNotices(tree),
      ...missingNotices(repositoriesByHand(design, options, roots.handMade)),
      ...unreadNotices(names.pkgDir, unread),
    ],
    taken: takenOf(design, tree, home),
  };
}

const missingNotices = (repositories: readonly HandMadeRepository[]): readonly string[] =>
  repositories
    .filter(({ isThere }) => !isThere)
    .map(
      ({ name, location, file }) =>
        `\`etc/portage/${file}\` names the repository \`${name}\`, and \`${location}\` is not a folder on this machine.`,
    );

const shownFiles = 5;

function unreadNotices(pkgDir: string, unread: readonly string[]): readonly string[] {
  if (unread.length === 0) return [];
  const shown = unread.slice(0, shownFiles).map((path) => `\`${path}\``);
  const more = unread.length > shownFiles ? ` and ${unread.length - shownFiles} more` : '';
  return [
    `Binary packages in \`${pkgDir}\` that are not taken, because only \`CATEGORY/PN/PF-N.gpkg.tar\` (BINPKG_FORMAT="gpkg") is read: ${shown.join(', ')}${more}.`,
  ];
}

/** The answer to a question about an opened design, asked again as long as it meets ebuilds that are not read yet. */
export async function asking<T>({ reading, staging, host }: OpenedDesign, ask: () => T): Promise<Awaited<T>> {
  return reading ? reading.during(staging, host, ask) : await ask();
}

const sameList = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The same with another design: trying a change costs reading the configuration, not opening the tree. null: the change
 * names other repositories, another tree or place, so it has to be opened anew.
 */
export function reopenDesign(opened: OpenedDesign, design: Design): OpenedDesign | null {
  const before = opened.design;
  const isElsewhere = design.tree !== before.tree || design.board !== before.board || design.path !== before.path;
  if (design.toolchain !== before.toolchain) return null;
  if (isElsewhere || design.name !== before.name || !sameList(design.repositories, before.repositories)) return null;
  const host = sameList(design.host_provides, before.host_provides)
    ? opened.host
    : hostOf(design, opened.tree, opened.options.host, opened.options.home ?? dataHome());
  return { ...opened, ...configureRoots(design, opened), design, host };
}
