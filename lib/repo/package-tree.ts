import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import type { Board } from '../layout/names';
import { type EbuildIndex, openIndex } from './ebuild-index';
import { RepoError } from './errors';
import { diskTree, type FileTree } from './file-tree';
import { type Repository, type RepositoryPlace, type RepositorySet, repositoriesAt } from './repositories';

/** Where the ebuilds of a prefix come from, with what belongs to it: profiles, defaults, the host that builds. */
export interface PackageTree {
  readonly kind: 'starter' | 'flatcar';
  readonly files: FileTree;
  readonly repositories: RepositorySet;
  /** repositories that the build host itself uses */
  readonly hostRepositories: RepositorySet;
  /** profile of the build host; null: the host is what this machine has */
  readonly hostProfile: string | null;
  /** a table of what the build host has, which the tree brings along; null: it brings none */
  readonly hostTable: string | null;
  readonly indexes: readonly EbuildIndex[];
  readonly profileOf: (board: Board) => string;
  /** first words of USE in make.conf */
  readonly defaultUse: readonly string[];
  /** files that every root of this tree gets: path below `etc/portage` -> text */
  readonly skeleton: ReadonlyMap<string, string>;
}

/** A repository beside those of the tree; `location` is an absolute folder. */
export type ExtraRepository = RepositoryPlace & { readonly name: string };

/** The three overlays of a flatcar/scripts checkout. */
export interface FlatcarFolders {
  readonly portageStable: string;
  readonly coreosOverlay: string;
  readonly prefixOverlay: string;
}

/**
 * Finds the overlays: `folder` is a checkout of flatcar/scripts or holds the three overlays itself.
 * Throws `TREE_NOT_FOUND`.
 */
export function findFlatcarOverlays(folder: string): FlatcarFolders {
  for (const base of [join(folder, 'sdk_container/src/third_party'), folder]) {
    const found = {
      portageStable: join(base, 'portage-stable'),
      coreosOverlay: join(base, 'coreos-overlay'),
      prefixOverlay: join(base, 'prefix-overlay'),
    };
    if (Object.values(found).every((path) => existsSync(join(path, 'profiles')))) return found;
  }
  throw new RepoError('TREE_NOT_FOUND', `\`${folder}\` holds no Flatcar overlays`, {
    hint: 'Give a checkout of flatcar/scripts, or a folder that holds portage-stable, coreos-overlay and prefix-overlay.',
    details: { folder },
  });
}

/** File of a tree with the packages its build host has, one JSON object a line. Exported trees have it. */
export const hostTableFile = 'host-provides.jsonl';

function hostTableOf(folder: string): string | null {
  const path = join(folder, hostTableFile);
  return new ContainedFolder(folder).contains(path) ? path : null;
}

const openAll = (repositories: RepositorySet, cacheFolder: string | null): EbuildIndex[] =>
  repositories.ordered.map((repository: Repository) => openIndex(repository, repositories, cacheFolder));

/** Below every other repository: nothing in it is chosen because of its repository. */
const toolchainPriority = -2000;

/** Name of the overlay that is put below every tree; it is none of the tree's own. */
export const toolchainRepositoryName = 'toolchain';

/** The overlay with the packages that import a C library and wrap a compiler, as a repository beside those of a tree. */
export const toolchainRepository = (folder: string): ExtraRepository => ({
  name: toolchainRepositoryName,
  location: folder,
  priority: toolchainPriority,
});

/** Opens an overlay that brings a profile per board, such as the starter overlay. */
export function openStarterTree(
  folder: string,
  cacheFolder: string | null,
  extra: readonly ExtraRepository[] = [],
): PackageTree {
  const files = diskTree();
  const repositories = repositoriesAt(files, [{ location: folder }, ...extra]);
  return {
    kind: 'starter',
    files,
    repositories,
    hostRepositories: repositories,
    hostProfile: null,
    hostTable: hostTableOf(folder),
    indexes: openAll(repositories, cacheFolder),
    profileOf: (board) => posix.join(repositories.main?.location ?? folder, 'profiles', board),
    defaultUse: [],
    skeleton: new Map(),
  };
}

/** Profiles that `setup_prefix` chooses for a board, below `portage-stable/profiles`. */
const prefixProfiles: Readonly<Record<Board, string>> = {
  'amd64-usr': 'default/linux/amd64/17.1/no-multilib/prefix/kernel-3.2+',
  'arm64-usr': 'default/linux/arm64/17.0/prefix/kernel-3.2+',
};

/** USE of the make.conf that `setup_prefix` writes. */
const flatcarUse = ['-desktop', '-installkernel', '-llvm', '-nls', '-openmp', '-udev', '-wayland', '-X'];

/** `package.*` below `skel/etc/portage` of the prefix overlay. */
function flatcarSkeleton(files: FileTree, folders: FlatcarFolders, repositories: RepositorySet): Map<string, string> {
  const source = posix.join(folders.prefixOverlay, 'skel/etc/portage');
  const found = new Map<string, string>();
  for (const folder of files.list(source)) {
    if (!folder.startsWith('package.')) continue;
    for (const name of files.list(posix.join(source, folder))) {
      const text = files.readText(posix.join(source, folder, name)) ?? '';
      // the skeleton calls the overlay `coreos`, which calls itself `coreos-overlay`
      const named = repositories.byName.has('coreos') ? text : text.replaceAll('::coreos', '::coreos-overlay');
      found.set(posix.join(folder, name), named);
    }
  }
  return found;
}

/** Opens the Flatcar overlays below a folder. Throws `TREE_NOT_FOUND`. */
export function openFlatcarTree(
  folder: string,
  cacheFolder: string | null,
  extra: readonly ExtraRepository[] = [],
): PackageTree {
  const folders = findFlatcarOverlays(folder);
  const files = diskTree();
  const host = [{ location: folders.portageStable }, { location: folders.coreosOverlay }];
  const repositories = repositoriesAt(files, [...host, { location: folders.prefixOverlay, priority: 1000 }, ...extra]);
  return {
    kind: 'flatcar',
    files,
    repositories,
    hostRepositories: repositoriesAt(files, host),
    hostProfile: posix.join(folders.coreosOverlay, 'profiles/coreos/amd64/sdk'),
    hostTable: hostTableOf(folder),
    indexes: openAll(repositories, cacheFolder),
    profileOf: (board) => posix.join(folders.portageStable, 'profiles', prefixProfiles[board]),
    defaultUse: flatcarUse,
    skeleton: flatcarSkeleton(files, folders, repositories),
  };
}
