import type { Board } from '../layout/names';
import { type FileTree, memoryTree, mountedTree } from './file-tree';
import { type HostEntry, hostPackages } from './host-table';
import { joinSources, listSource, mappedSource, type PackageSource } from './package-source';
import { openFlatcarTree, type PackageTree } from './package-tree';
import { type PrefixPlace, type PrefixSettings, prefixConfigurationFiles } from './prefix-settings';
import { ProfiledConfiguration } from './root-configuration';
import { formatUserVariables } from './user-environment';

const stripped = new WeakMap<PackageSource, PackageSource>();

/**
 * Takes DEPEND and BDEPEND from every package: what is left is what a root needs to run. The same source gives the same
 * packages every time.
 */
export function runtimeOnly(source: PackageSource): PackageSource {
  const before = stripped.get(source);
  if (before) return before;
  const result = mappedSource(source, (candidate) => {
    const { DEPEND: _, BDEPEND: __, ...metadata } = candidate.metadata;
    return candidate.with(metadata);
  });
  stripped.set(source, result);
  return result;
}

/** Settings of a prefix that asks for nothing special. */
export function plainSettings(
  board: Board,
  path: string,
  makeConf: Readonly<Record<string, string>> = {},
): PrefixSettings {
  return {
    board,
    path,
    use: [],
    package_use: {},
    accept_keywords: [],
    package_accept_keywords: {},
    accept_license: [],
    package_license: {},
    package_mask: [],
    package_unmask: [],
    target_provides: [],
    make_conf: makeConf,
  };
}

export interface TargetOptions {
  /** default `staging` */
  readonly place?: PrefixPlace;
  /** where the `etc/portage` of the root stands or will stand; its text comes from the settings */
  readonly userConfig: string;
  readonly ebuilds?: PackageSource;
  readonly installed?: PackageSource;
  readonly binaries?: PackageSource;
  readonly worldFolder?: string | null;
  /** what stands in the world below `worldFolder` now; left out: it is read from there, and remembered with the tree */
  readonly world?: { readonly packages: readonly string[]; readonly sets: readonly string[] };
  /** files of `etc/portage` that the user put there or changed, by path below it */
  readonly userFiles?: ReadonlyMap<string, string>;
  /** what the user changed in make.conf */
  readonly userVariables?: ReadonlyMap<string, string>;
}

/** The world as it is now, and not as it was when the tree was opened. */
function withWorld(tree: FileTree, { worldFolder, world }: TargetOptions): FileTree {
  if (worldFolder == null || world === undefined) return tree;
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  const files = new Map([
    [`${worldFolder}/world`, text(world.packages)],
    [`${worldFolder}/world_sets`, text(world.sets)],
  ]);
  return mountedTree(worldFolder, memoryTree(files), tree);
}

/** The configuration of a root of a prefix, without anything having been written to disk. */
export function targetConfiguration(
  tree: PackageTree,
  settings: PrefixSettings,
  options: TargetOptions,
): ProfiledConfiguration {
  const { userConfig } = options;
  const { profile, files } = prefixConfigurationFiles(settings, tree, options.place);
  const makeConf = (files.get('make.conf') ?? '') + formatUserVariables(options.userVariables ?? new Map());
  const absolute = new Map(
    [...files, ...(options.userFiles ?? []), ['make.conf', makeConf] as const].map(([name, text]) => [
      `${userConfig}/${name}`,
      text,
    ]),
  );
  const configured = mountedTree(userConfig, memoryTree(absolute, [userConfig]), tree.files);
  return new ProfiledConfiguration({
    tree: withWorld(configured, options),
    repositories: tree.repositories,
    profile,
    userConfig,
    worldFolder: options.worldFolder ?? null,
    variables: { EPREFIX: settings.path },
    ebuilds: options.ebuilds ?? joinSources(tree.indexes),
    ...(options.binaries ? { binaries: options.binaries } : {}),
    ...(options.installed ? { installed: options.installed } : {}),
  });
}

/** The configuration of the build host of a tree, with these packages installed. */
export function hostConfiguration(
  tree: PackageTree,
  installed: (ebuilds: PackageSource) => PackageSource,
): ProfiledConfiguration {
  const ebuilds = joinSources(tree.indexes.filter((index) => tree.hostRepositories.byName.has(index.repository)));
  return new ProfiledConfiguration({
    tree: tree.files,
    repositories: tree.hostRepositories,
    profile: tree.hostProfile,
    userConfig: null,
    ebuilds,
    installed: installed(ebuilds),
  });
}

export interface FlatcarPrefixOptions {
  readonly flatcarDir: string;
  readonly board: Board;
  /** EPREFIX; default `/opt/demo` */
  readonly prefixPath?: string;
  /** sets PYTHON_TARGETS and PYTHON_SINGLE_TARGET in make.conf, for instance `python3_12` */
  readonly pythonTargets?: string;
  /** further settings of the target */
  readonly settings?: Partial<PrefixSettings>;
  /** what the host has installed; default nothing */
  readonly hostInstalled?: readonly HostEntry[];
  readonly installed?: PackageSource;
  readonly binaries?: PackageSource;
  readonly cacheFolder?: string | null;
  /** an already opened checkout */
  readonly opened?: PackageTree;
}

export interface FlatcarPrefix {
  readonly target: ProfiledConfiguration;
  readonly host: ProfiledConfiguration;
  /** the target without build dependencies: what the final root needs */
  readonly runtime: ProfiledConfiguration;
  readonly opened: PackageTree;
}

/** The configurations of a prefix on the Flatcar overlays and of the SDK that builds it. */
export function loadFlatcarPrefix(options: FlatcarPrefixOptions): FlatcarPrefix {
  const opened = options.opened ?? openFlatcarTree(options.flatcarDir, options.cacheFolder ?? null);
  const python = options.pythonTargets;
  const targets: Record<string, string> =
    python === undefined ? {} : { PYTHON_TARGETS: python, PYTHON_SINGLE_TARGET: python };
  const path = options.prefixPath ?? '/opt/demo';
  const settings = { ...plainSettings(options.board, path, targets), ...options.settings };
  const target = {
    userConfig: '/etc/portage',
    ...(options.binaries ? { binaries: options.binaries } : {}),
    ...(options.installed ? { installed: options.installed } : {}),
  };
  return {
    target: targetConfiguration(opened, settings, target),
    runtime: targetConfiguration(opened, settings, {
      ...target,
      ebuilds: joinSources(opened.indexes.map(runtimeOnly)),
    }),
    host: hostConfiguration(opened, (ebuilds) => listSource(hostPackages(options.hostInstalled ?? [], ebuilds))),
    opened,
  };
}
