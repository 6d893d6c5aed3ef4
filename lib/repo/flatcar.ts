import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Board, type BoardFacts, boards } from '../layout/names';
import type { RepositoryCandidate } from './candidate';
import { type EbuildIndex, joinSources, openIndex } from './ebuild-index';
import { RepoError } from './errors';
import { diskTree, type FileTree, memoryTree, mountedTree } from './file-tree';
import { type HostEntry, hostPackages } from './host-table';
import { listSource, type PackageSource } from './package-source';
import { type RepositorySet, repositoriesAt } from './repositories';
import { ProfiledConfiguration } from './root-configuration';

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
  throw new RepoError('TREE_NOT_FOUND', `\`${folder}\` holds no flatcar overlays`, {
    hint: 'Give a checkout of flatcar/scripts, or a folder that holds portage-stable, coreos-overlay and prefix-overlay.',
    details: { folder },
  });
}

/** Profiles that `setup_prefix` chooses for a board, below `portage-stable/profiles`. */
const prefixProfiles: Readonly<Record<Board, string>> = {
  'amd64-usr': 'default/linux/amd64/17.1/no-multilib/prefix/kernel-3.2+',
  'arm64-usr': 'default/linux/arm64/17.0/prefix/kernel-3.2+',
};

/** USE of the make.conf that `setup_prefix` writes. */
const prefixUse = '-desktop -installkernel -llvm -nls -openmp -udev -wayland -X';

/** make.conf of a prefix root on the Flatcar overlays, as `setup_prefix` writes it, then `extra` lines. */
export function prefixMakeConf(facts: BoardFacts, extra: readonly string[] = []): string {
  const { chost, keyword } = facts;
  const lines = [`CHOST="${chost}"`, `ACCEPT_KEYWORDS="${keyword} -~${keyword}"`, `USE="${prefixUse}"`, ...extra];
  return lines.map((line) => `${line}\n`).join('');
}

export interface FlatcarTree {
  readonly folders: FlatcarFolders;
  readonly tree: FileTree;
  /** portage-stable (main), coreos-overlay, prefix-overlay */
  readonly repositories: RepositorySet;
  /** portage-stable and coreos-overlay: what the SDK itself uses */
  readonly hostRepositories: RepositorySet;
  readonly indexes: readonly EbuildIndex[];
}

/** Opens repositories and indexes of a checkout. `cacheFolder` keeps the index; null: nothing is kept. */
export function openFlatcarTree(flatcarDir: string, cacheFolder: string | null): FlatcarTree {
  const folders = findFlatcarOverlays(flatcarDir);
  const tree = diskTree();
  const host = [{ location: folders.portageStable }, { location: folders.coreosOverlay }];
  const repositories = repositoriesAt(tree, [...host, { location: folders.prefixOverlay, priority: 1000 }]);
  return {
    folders,
    tree,
    repositories,
    hostRepositories: repositoriesAt(tree, host),
    indexes: repositories.ordered.map((repository) => openIndex(repository, repositories, cacheFolder)),
  };
}

/** Files below `skel/etc/portage` of the prefix overlay, put where the configuration of a root stands. */
function skeletonFiles(tree: FileTree, folders: FlatcarFolders, repositories: RepositorySet, userConfig: string): Map<string, string> {
  const source = posix.join(folders.prefixOverlay, 'skel/etc/portage');
  const files = new Map<string, string>();
  for (const folder of tree.list(source)) {
    if (!folder.startsWith('package.')) continue;
    for (const name of tree.list(posix.join(source, folder))) {
      const text = tree.readText(posix.join(source, folder, name)) ?? '';
      // the skeleton calls the overlay `coreos`, which calls itself `coreos-overlay`
      const named = repositories.byName.has('coreos') ? text : text.replaceAll('::coreos', '::coreos-overlay');
      files.set(posix.join(userConfig, folder, name), named);
    }
  }
  return files;
}

/** Takes DEPEND and BDEPEND from every package: what is left is what a root needs to run. */
function runtimeOnly(source: PackageSource): PackageSource {
  const made = new Map<string, readonly RepositoryCandidate[]>();
  return {
    qualifiedNames: source.qualifiedNames,
    packages(name) {
      let list = made.get(name);
      if (list === undefined) {
        list = source.packages(name).map((candidate) => {
          const { DEPEND: _, BDEPEND: __, ...metadata } = candidate.metadata;
          return candidate.with(metadata);
        });
        made.set(name, list);
      }
      return list;
    },
  };
}

export interface FlatcarPrefixOptions {
  readonly flatcarDir: string;
  readonly board: Board;
  /** EPREFIX; default `/opt/demo` */
  readonly prefixPath?: string;
  /** sets PYTHON_TARGETS and PYTHON_SINGLE_TARGET in make.conf, for instance `python3_12` */
  readonly pythonTargets?: string;
  /** further make.conf lines */
  readonly makeConf?: readonly string[];
  /** further files of `/etc/portage`: path below it -> text; added to the skeleton's */
  readonly userFiles?: Readonly<Record<string, string>>;
  /** where the `/etc/portage` of the prefix stands or will stand; only its name counts, its files come from here */
  readonly userConfig?: string;
  /** what the host has installed; default nothing */
  readonly hostInstalled?: readonly HostEntry[];
  readonly installed?: PackageSource;
  readonly binaries?: PackageSource;
  readonly cacheFolder?: string | null;
  /** an already opened checkout */
  readonly opened?: FlatcarTree;
}

export interface FlatcarPrefix {
  readonly target: ProfiledConfiguration;
  readonly host: ProfiledConfiguration;
  /** the target without build dependencies: what the final root needs */
  readonly runtime: ProfiledConfiguration;
  readonly opened: FlatcarTree;
}

/** The configurations of a prefix on the Flatcar overlays and of the SDK that builds it. */
export function loadFlatcarPrefix(options: FlatcarPrefixOptions): FlatcarPrefix {
  const opened = options.opened ?? openFlatcarTree(options.flatcarDir, options.cacheFolder ?? null);
  const { folders, tree, repositories, hostRepositories, indexes } = opened;
  const userConfig = options.userConfig ?? '/etc/portage';
  const facts = boards[options.board];
  const python = options.pythonTargets;
  const makeConf = [
    ...(python === undefined ? [] : [`PYTHON_TARGETS="${python}"`, `PYTHON_SINGLE_TARGET="${python}"`]),
    ...(options.makeConf ?? []),
  ];
  const files = skeletonFiles(tree, folders, repositories, userConfig);
  files.set(posix.join(userConfig, 'make.conf'), prefixMakeConf(facts, makeConf));
  for (const [name, text] of Object.entries(options.userFiles ?? {})) files.set(posix.join(userConfig, name), text);
  const userTree = mountedTree(userConfig, memoryTree(files, [userConfig]), tree);
  const ebuilds = joinSources(indexes);
  const hostEbuilds = joinSources(
    indexes.filter((index) => hostRepositories.ordered.some((repository) => repository.name === index.repository)),
  );
  const targetInput = {
    tree: userTree,
    repositories,
    profile: posix.join(folders.portageStable, 'profiles', prefixProfiles[options.board]),
    userConfig,
    variables: { EPREFIX: options.prefixPath ?? '/opt/demo' },
    ...(options.binaries ? { binaries: options.binaries } : {}),
    ...(options.installed ? { installed: options.installed } : {}),
  };
  return {
    target: new ProfiledConfiguration({ ...targetInput, ebuilds }),
    runtime: new ProfiledConfiguration({ ...targetInput, ebuilds: runtimeOnly(ebuilds) }),
    host: new ProfiledConfiguration({
      tree,
      repositories: hostRepositories,
      profile: posix.join(folders.coreosOverlay, 'profiles/coreos/amd64/sdk'),
      userConfig: null,
      ebuilds: hostEbuilds,
      installed: listSource(hostPackages(options.hostInstalled ?? [], hostEbuilds)),
    }),
    opened,
  };
}
