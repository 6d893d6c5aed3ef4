/** What is asked for besides the packages; names and meaning follow emerge(1). */
export interface ResolveOptions {
  /** take the newest version even when an installed one would do */
  readonly update: boolean;
  /** how many steps below the arguments installed packages are looked at; true: all */
  readonly deep: number | true;
  readonly newUse: boolean;
  /** like newUse, but only for flags whose state changes */
  readonly changedUse: boolean;
  /** keep installed packages that are named as arguments; null: follows from the others */
  readonly selective: boolean | null;
  readonly noReplace: boolean;
  /** plan as if nothing were installed */
  readonly emptyTree: boolean;
  readonly updateIfInstalled: boolean;
  /** take what is asked for and nothing else, in that order */
  readonly noDeps: boolean;
  readonly onlyDeps: boolean;
  readonly onlyDepsWithRdeps: boolean | null;
  readonly onlyDepsWithIdeps: boolean | null;
  readonly buildPackagesOnly: boolean;
  /** binary packages: not at all, where they fit, or nothing else */
  readonly usePackages: 'no' | 'yes' | 'only';
  readonly usePackagesExclude: readonly string[];
  readonly usePackagesInclude: readonly string[];
  /** of these no binary package is made */
  readonly buildPackagesExclude: readonly string[];
  /** also those that binary package hosts offer */
  readonly remotePackages: boolean;
  readonly remotePackagesExclude: readonly string[];
  readonly remotePackagesInclude: readonly string[];
  /** binary packages only for what the arguments do not name */
  readonly noBinaryDependencies: boolean;
  readonly useEbuildVisibility: boolean;
  readonly rebuiltBinaries: boolean | null;
  readonly binaryRespectUse: boolean | null;
  readonly binaryChangedDeps: boolean | null;
  /** build-time dependencies of packages that are already built */
  readonly withBdeps: boolean | null;
  readonly withBdepsAuto: boolean;
  readonly withTestDeps: boolean;
  readonly rootDeps: 'no' | 'yes' | 'rdeps';
  readonly exclude: readonly string[];
  /** of what is named for removal: it no longer counts as selected */
  readonly deselect: boolean;
  readonly rebuildIfUnbuilt: boolean;
  readonly rebuildIfNewRevision: boolean;
  readonly rebuildIfNewVersion: boolean;
  readonly rebuildIfNewSlot: boolean;
  readonly rebuildExclude: readonly string[];
  readonly rebuildIgnore: readonly string[];
  readonly completeGraph: boolean;
  readonly completeIfNewUse: boolean;
  readonly completeIfNewVersion: boolean;
  readonly ignoreWorld: boolean;
  readonly implicitSystemDeps: boolean;
  readonly dynamicDeps: boolean;
  readonly ignoreBuiltSlotOperators: boolean;
  /** false: packages that are there as binaries keep the shared libraries they are linked against */
  readonly ignoreSonames: boolean;
  readonly changedDeps: boolean;
  readonly changedSlot: boolean;
  readonly newRepository: boolean;
  readonly autounmask: boolean | null;
  readonly autounmaskUse: boolean | null;
  readonly autounmaskLicense: boolean | null;
  readonly autounmaskKeepKeywords: boolean | null;
  readonly autounmaskKeepMasks: boolean | null;
  readonly autounmaskBacktrack: boolean | null;
  /** how many times to start again */
  readonly backtrack: number;
}

export const defaultOptions: ResolveOptions = {
  update: false,
  deep: 0,
  newUse: false,
  changedUse: false,
  selective: null,
  noReplace: false,
  emptyTree: false,
  updateIfInstalled: false,
  noDeps: false,
  onlyDeps: false,
  onlyDepsWithRdeps: null,
  onlyDepsWithIdeps: null,
  buildPackagesOnly: false,
  usePackages: 'no',
  usePackagesExclude: [],
  usePackagesInclude: [],
  buildPackagesExclude: [],
  remotePackages: false,
  remotePackagesExclude: [],
  remotePackagesInclude: [],
  noBinaryDependencies: false,
  useEbuildVisibility: false,
  rebuiltBinaries: null,
  binaryRespectUse: null,
  binaryChangedDeps: null,
  withBdeps: null,
  withBdepsAuto: true,
  withTestDeps: false,
  rootDeps: 'no',
  exclude: [],
  deselect: true,
  rebuildIfUnbuilt: false,
  rebuildIfNewRevision: false,
  rebuildIfNewVersion: false,
  rebuildIfNewSlot: true,
  rebuildExclude: [],
  rebuildIgnore: [],
  completeGraph: false,
  completeIfNewUse: true,
  completeIfNewVersion: true,
  ignoreWorld: false,
  implicitSystemDeps: true,
  dynamicDeps: true,
  ignoreBuiltSlotOperators: false,
  ignoreSonames: true,
  changedDeps: false,
  changedSlot: false,
  newRepository: false,
  autounmask: null,
  autounmaskUse: null,
  autounmaskLicense: null,
  autounmaskKeepKeywords: null,
  autounmaskKeepMasks: null,
  autounmaskBacktrack: null,
  backtrack: 20,
};

/** What follows from the options. */
export interface Parameters {
  readonly action: 'merge' | 'remove';
  readonly update: boolean;
  readonly selective: boolean;
  readonly empty: boolean;
  readonly deep: number | true;
  readonly complete: boolean;
  readonly withBdeps: boolean;
  /** build-time dependencies of built packages: null when nothing was said and binary packages are in play */
  readonly bdepsOfRemoval: boolean;
  readonly binaryRespectUse: boolean;
  readonly binaryChangedDeps: boolean;
  readonly rebuiltBinaries: boolean;
  readonly autounmask: boolean;
  readonly keepUse: boolean;
  readonly keepLicense: boolean;
  readonly keepKeywords: boolean;
  readonly keepMasks: boolean;
}

export function deriveParameters(options: ResolveOptions, action: Parameters['action']): Parameters {
  const only = options.usePackages === 'only';
  const respectUse = options.binaryRespectUse ?? !only;
  let keepKeywords = options.autounmaskKeepKeywords;
  let keepMasks = options.autounmaskKeepMasks;
  const license = options.autounmaskLicense ?? options.autounmask === true;
  const use = options.binaryRespectUse === true ? false : options.autounmaskUse;
  let autounmask = options.autounmask ?? false;
  if (options.autounmask === null) {
    autounmask = use !== false || license;
    keepKeywords ??= true;
    keepMasks ??= true;
  }
  const update = options.update || options.updateIfInstalled;
  const impliedSelective =
    update ||
    options.newRepository ||
    options.newUse ||
    options.changedUse ||
    options.noReplace ||
    options.changedDeps ||
    options.changedSlot ||
    options.selective === true;
  const removal = action === 'remove';
  const autoBdeps = removal || (options.withBdepsAuto && options.usePackages === 'no');
  return {
    action,
    update,
    selective: removal || (impliedSelective && !options.emptyTree && options.selective !== false),
    empty: !removal && options.emptyTree,
    deep: removal ? 0 : options.emptyTree ? true : options.deep,
    complete:
      removal ||
      options.completeGraph ||
      options.rebuildIfNewRevision ||
      options.rebuildIfNewVersion ||
      options.rebuildIfUnbuilt,
    withBdeps: options.withBdeps ?? autoBdeps,
    bdepsOfRemoval: options.withBdeps ?? true,
    binaryRespectUse: respectUse,
    binaryChangedDeps: options.binaryChangedDeps ?? !only,
    rebuiltBinaries: options.rebuiltBinaries ?? (only && options.deep === true && update),
    autounmask,
    keepUse: use === false,
    keepLicense: !license,
    keepKeywords: keepKeywords ?? false,
    keepMasks: keepMasks ?? false,
  };
}
