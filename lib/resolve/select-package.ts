import type { Atom } from '../pms';
import { argumentsFor, noteVisible, wantsInstalled, wantsUpdate } from './argument-matching';
import {
  candidatesOf,
  equivalentEbuild,
  hasVisibleEbuild,
  isAcceptable,
  kindsOf,
  type PackageKind,
  replacedChild,
} from './available';
import { hasChangedDependencies } from './changed-dependencies';
import { isInvalid, masksOf } from './masks';
import { asWritten, ignoringUse, matches } from './matching';
import { comparePackages, isNewer, isOlder, type Package, type Root, sameSlot } from './package';
import { flagsForReinstall } from './reinstall';
import { noSelection, type Run, type Selection } from './run';
import { proposeUse, type UnmaskLevel, unmaskLevels } from './unmask';

interface Request {
  readonly root: Root;
  readonly atom: Atom;
  readonly onlyDeps: boolean;
  readonly parent: Package | null;
  readonly level: UnmaskLevel | null;
}

/** What the search through the kinds of packages found so far. */
interface Search {
  /** acceptable packages, most preferred kind last */
  readonly matched: Package[];
  readonly rejectedForUse: Package[];
  highest: Package | null;
  existing: Package | null;
  ebuild: Package | null;
  reinstall: boolean;
  foundArgument: boolean;
}

/** `next`: look at an older one; `stop`: no other of this kind can do; `take`: this one fits. */
type Verdict = 'next' | 'stop' | 'take';

function isRejectedOutright(run: Run, pkg: Package): boolean {
  const { state, frozen } = run;
  if (state.runtimeMask.has(pkg)) return true;
  if (pkg.isBuilt && state.rebuildList.has(pkg.root, pkg.slotKey)) return true;
  if (pkg.isInstalled && state.reinstallList.has(pkg.root, pkg.slotKey)) return true;
  if (frozen.excluded.isEmpty) return pkg.isInstalled && frozen.parameters.empty;
  const isExcluded = frozen.excluded.has(pkg);
  return pkg.isInstalled ? frozen.parameters.empty && !isExcluded : isExcluded;
}

/** Binary packages that the options leave out end the search among binary packages. */
function isBinaryLeftOut({ frozen }: Run, pkg: Package): boolean {
  return !frozen.binaries(pkg.root).takes(pkg, frozen.argumentNames);
}

/** Was something newer turned down only because of its USE flags? */
function newerWasRejected(search: Search, pkg: Package): boolean {
  return search.rejectedForUse.some((rejected) => {
    if (isNewer(rejected, pkg)) return true;
    if (rejected.version.order !== pkg.version.order || pkg.isBuilt) return false;
    return rejected.repository !== pkg.repository;
  });
}

function isVisibleEnough(run: Run, request: Request, search: Search, pkg: Package): boolean {
  if (pkg.isInstalled && request.parent !== null && !wantsUpdate(run, request.parent, pkg)) return true;
  if (pkg.isInstalled && (search.matched.length === 0 || !run.frozen.parameters.update)) return true;
  if (!isAcceptable(run, pkg, request.level)) return false;
  const { options } = run.frozen;
  if (!pkg.isBuilt || !(options.useEbuildVisibility || search.matched.length > 0)) return true;
  const isSameBinary =
    pkg.isInstalled &&
    options.usePackages !== 'no' &&
    search.matched.some(
      (other) => other.kind === 'binary' && other.cpv === pkg.cpv && other.buildTime === pkg.buildTime,
    );
  if (isSameBinary) return true;
  if (!options.useEbuildVisibility && options.usePackages === 'only') {
    return !(pkg.isInstalled && masksOf(run.frozen, pkg).length > 0);
  }
  return hasVisibleEbuild(run, pkg, request.level) && !(search.ebuild !== null && lacksBinary(run, search.ebuild));
}

/**
 * Shall there be a binary package of everything, and is there none of this ebuild that fits? Then what is installed is
 * built again. Source: make.conf(5), FEATURES=buildpkg-proactive.
 */
function lacksBinary(run: Run, ebuild: Package): boolean {
  const { frozen } = run;
  const features = ebuild.root.configuration.features ?? new Set<string>();
  if (!features.has('buildpkg-proactive') || !features.has('buildpkg')) return false;
  const isLive = /(?:^|\s)live(?:\s|$)/.test(ebuild.candidate.properties);
  if ((isLive && !features.has('buildpkg-live')) || frozen.buildPackagesExclude.has(ebuild)) return false;
  return !frozen.available(ebuild.root, ebuild.qualifiedName, 'binary', false).some((binary) => {
    if (binary.cpv !== ebuild.cpv || masksOf(frozen, binary).length > 0) return false;
    if (flagsForReinstall(run, binary, ebuild) !== null) return false;
    return !(frozen.parameters.binaryChangedDeps && hasChangedDependencies(run, binary));
  });
}

function noteArguments(run: Run, request: Request, search: Search, pkg: Package): void {
  const parent = request.parent ?? run.selectionParent;
  if (parent !== null && replacedChild(run, parent, request.root, request.atom) !== null) return;
  const all = argumentsFor(run, pkg);
  if (all.some(({ argument }) => argument.options.forceReinstall)) search.reinstall = true;
  if (!pkg.isInstalled && all.length > 0) search.foundArgument = true;
}

/** Are the USE deps met, or could they be? */
function judgeUse(run: Run, request: Request, search: Search, pkg: Package): boolean {
  const { atom, level } = request;
  const written = asWritten(atom).useDeps;
  if (written.length === 0) return true;
  for (const { flag, default: fallback } of written) if (fallback === null && !pkg.isValidFlag(flag)) return false;
  if (atom.useDeps.length === 0) return true;
  let use = run.useOf(pkg);
  if (level?.use && !pkg.isBuilt) {
    use = proposeUse(run, pkg, new Map(atom.useDeps.map(({ flag, kind }) => [flag, kind === 'enabled'])));
  }
  let isMet = true;
  let canAdjust = !pkg.isBuilt;
  for (const { flag, kind, default: fallback } of atom.useDeps) {
    const wantEnabled = kind === 'enabled';
    if (!pkg.isValidFlag(flag)) {
      if (wantEnabled === (fallback === '+')) continue;
      isMet = false;
      canAdjust = false;
      continue;
    }
    if (use.has(flag) === wantEnabled) continue;
    isMet = false;
    if (!canAdjust) continue;
    if (wantEnabled ? pkg.use.masked.has(flag) : pkg.use.forced.has(flag) && !pkg.use.masked.has(flag))
      canAdjust = false;
  }
  if (!isMet && canAdjust) search.rejectedForUse.push(pkg);
  return isMet;
}

/** Is a package of the graph in the same slot the answer? */
function adoptExisting(run: Run, request: Request, search: Search, pkg: Package): void {
  const inSlot = run.tracker.inSlot(request.root, pkg.qualifiedName, pkg.slot, false);
  const existing = inSlot[inSlot.length - 1];
  if (existing === undefined || !matches(request.atom, existing, run.useOf(existing))) return;
  const { highest } = search;
  if (highest !== null && isOlder(existing, highest) && existing.slotKey !== highest.slotKey) return;
  search.matched.push(existing);
  search.existing = existing;
}

/** Does a built package still fit the configuration of today? */
function judgeBuilt(run: Run, search: Search, pkg: Package): Verdict {
  const { options, parameters, excluded } = run.frozen;
  if (pkg.isInstalled && (search.matched.length === 0 || excluded.has(pkg))) return 'take';
  const { ebuild } = search;
  if (ebuild !== null && options.newRepository && ebuild.repository !== pkg.repository) return 'stop';
  if (options.changedSlot) {
    const equivalent = equivalentEbuild(run, pkg);
    if (equivalent !== null && !sameSlot(equivalent, pkg)) return pkg.isInstalled ? 'stop' : 'next';
  }
  const judgesUse = options.newUse || options.changedUse || (!pkg.isInstalled && parameters.binaryRespectUse);
  if (judgesUse) {
    const flags = flagsForReinstall(run, pkg, ebuild);
    if (flags !== null) {
      if (pkg.isInstalled) return 'stop';
      const ignored = run.ignoredBinaries.get(pkg) ?? new Set();
      for (const flag of flags) ignored.add(flag);
      run.ignoredBinaries.set(pkg, ignored);
      return 'next';
    }
    return judgeDependencies(run, pkg);
  }
  return judgeDependencies(run, pkg);
}

function judgeDependencies(run: Run, pkg: Package): Verdict {
  const { options, parameters } = run.frozen;
  const judges = pkg.isInstalled ? options.changedDeps : parameters.binaryChangedDeps;
  if (!judges || !hasChangedDependencies(run, pkg)) return 'take';
  if (pkg.isInstalled) return 'stop';
  if (!run.ignoredBinaries.has(pkg)) run.ignoredBinaries.set(pkg, new Set());
  return 'next';
}

/** Would merging this one over the same version that is installed change anything? */
function noteReinstall(run: Run, request: Request, search: Search, pkg: Package): void {
  if (pkg.isInstalled) return;
  const { options } = run.frozen;
  const installed = run.frozen
    .installed(pkg.root, pkg.qualifiedName)
    .find((other) => other.cpv === pkg.cpv && matches(request.atom, other));
  if (installed === undefined) return;
  if (options.newRepository && pkg.repository !== installed.repository) {
    search.reinstall = true;
  } else if (options.newUse || options.changedUse) {
    const flags = flagsForReinstall(run, installed, pkg, pkg);
    if (flags !== null) {
      search.reinstall = true;
      run.reinstallNodes.set(pkg, flags);
    }
  }
}

function judge(run: Run, request: Request, search: Search, pkg: Package, wantsExisting: boolean): Verdict {
  if (isRejectedOutright(run, pkg)) return 'next';
  if (pkg.kind === 'binary' && isBinaryLeftOut(run, pkg)) return 'stop';
  if (
    search.rejectedForUse.length > 0 &&
    (!pkg.isInstalled || run.frozen.parameters.update) &&
    newerWasRejected(search, pkg)
  ) {
    return 'next';
  }
  if (!isVisibleEnough(run, request, search, pkg)) return 'next';
  noteArguments(run, request, search, pkg);
  if (!judgeUse(run, request, search, pkg)) return 'next';
  if (search.highest === null || isNewer(pkg, search.highest)) search.highest = pkg;
  if (wantsExisting) {
    adoptExisting(run, request, search, pkg);
    return 'stop';
  }
  const verdict = pkg.isBuilt ? judgeBuilt(run, search, pkg) : 'take';
  if (verdict !== 'take') return verdict;
  noteReinstall(run, request, search, pkg);
  if (!pkg.isBuilt) search.ebuild = pkg;
  search.matched.push(pkg);
  return 'take';
}

function searchKind(run: Run, request: Request, search: Search, kind: PackageKind, wantsExisting: boolean): void {
  const atom = kind === 'ebuild' ? ignoringUse(request.atom) : request.atom;
  for (const pkg of candidatesOf(run, request.root, kind, atom, request.onlyDeps)) {
    if (judge(run, request, search, pkg, wantsExisting) !== 'next') return;
  }
}

/** Of several acceptable packages the one to take. */
function choose(run: Run, request: Request, given: Package[]): Package {
  const { atom, parent, level } = request;
  const { parameters } = run.frozen;
  let matched = given;
  if (parent !== null && run.replaceInstalled.has(parent.root, parent.slotKey)) {
    matched = withoutOutdated(run, atom, parent, matched);
  }
  if (parameters.rebuiltBinaries) {
    const rebuilt = rebuiltBinary(matched);
    if (rebuilt !== null) return rebuilt;
  }
  const installed = matched.find((pkg) => pkg.isInstalled);
  matched = matched.filter((pkg) => !(pkg.isInstalled && isInvalid(run.frozen, pkg)));
  if (installed !== undefined && parent !== null && !wantsUpdate(run, parent, installed)) return installed;
  if (!parameters.update) {
    const kept = matched.find((pkg) => pkg.isInstalled && isAcceptable(run, pkg, level));
    if (kept !== undefined) return kept;
  }
  const acceptable = matched.filter((pkg) => isAcceptable(run, pkg, level));
  const among = acceptable.length > 0 ? acceptable : matched;
  const best = among.reduce((a, b) => (b.version.order > a.version.order ? b : a));
  const same = matched.filter((pkg) => pkg.version.order === best.version.order);
  return same[same.length - 1] ?? best;
}

/** A parent that is rebuilt for a newer slot must not hold on to the installed one. */
function withoutOutdated(run: Run, atom: Atom, parent: Package, matched: Package[]): Package[] {
  if (atom.slotOperator !== '=' || atom.subSlot !== null) return matched;
  const installed = matched.filter((pkg) => pkg.isInstalled).sort(comparePackages);
  const highest = installed[installed.length - 1];
  if (highest === undefined || !wantsUpdate(run, parent, highest)) return matched;
  const newer = matched.filter((pkg) => !pkg.isInstalled && pkg.version.order > highest.version.order);
  return newer.length > 0 ? newer : matched;
}

function rebuiltBinary(matched: readonly Package[]): Package | null {
  const installed = matched.findLast((pkg) => pkg.isInstalled);
  const built = matched.findLast((pkg) => pkg.kind === 'binary');
  if (installed === undefined || built === undefined) return null;
  if (matched.some((pkg) => pkg.kind === 'ebuild' && isNewer(pkg, built))) return null;
  return built.buildTime !== 0 && built.buildTime !== installed.buildTime ? built : null;
}

function selectAtLevel(run: Run, request: Request): Selection {
  const search: Search = {
    matched: [],
    rejectedForUse: [],
    highest: null,
    existing: null,
    ebuild: null,
    reinstall: false,
    foundArgument: false,
  };
  for (const wantsExisting of [true, false]) {
    if (search.existing !== null) break;
    for (const kind of kindsOf(run)) {
      if (search.existing !== null) break;
      if (kind === 'installed' && !wantsExisting && search.matched.length > 0) {
        const { empty, selective } = run.frozen.parameters;
        if (search.reinstall || empty || (search.foundArgument && !selective)) continue;
      }
      searchKind(run, request, search, kind, wantsExisting);
    }
  }
  const [first] = search.matched;
  if (first === undefined) return noSelection;
  if (search.existing !== null) return { pkg: search.existing, existing: search.existing };
  const pkg = search.matched.length > 1 ? choose(run, request, search.matched) : first;
  return { pkg, existing: null };
}

function isUnwantedInstalled(run: Run, pkg: Package | null): boolean {
  return pkg?.isInstalled === true && !wantsInstalled(run, pkg);
}

function selectWithUnmask(run: Run, base: Omit<Request, 'level'>): Selection {
  const plain = selectAtLevel(run, { ...base, level: null });
  if (!run.autounmask) return plain;
  let found = isUnwantedInstalled(run, plain.pkg) ? noSelection : plain;
  if (found.pkg !== null) return found;
  const before = run.needRestart;
  run.needRestart = false;
  try {
    for (const level of unmaskLevels(run)) {
      found = selectAtLevel(run, { ...base, level });
      if (isUnwantedInstalled(run, found.pkg)) found = noSelection;
      if (found.pkg !== null) break;
    }
    if (run.needRestart) return noSelection;
  } finally {
    if (before) run.needRestart = true;
  }
  return found.pkg === null ? plain : found;
}

/**
 * The best package for the atom: one of the graph if it fits, else the newest acceptable one, an installed one when no
 * update is wanted. Remembered until a package of that name enters the graph.
 */
export function selectBest(
  run: Run,
  root: Root,
  atom: Atom,
  onlyDeps: boolean | null,
  parent: Package | null,
): Selection {
  const kind = onlyDeps === null ? 'd' : onlyDeps ? 'o' : '';
  const key = `${root.label}|${atom.text}|${asWritten(atom).text}|${kind}${run.autounmask ? 'u' : ''}`;
  const nameKey = `${root.label}|${atom.qualifiedName}`;
  const keys = run.selectionKeys.get(nameKey);
  if (keys) keys.push(key);
  else run.selectionKeys.set(nameKey, [key]);
  const cached = run.selectionCache.get(key);
  if (cached !== undefined) return cached;
  const selection = selectWithUnmask(run, { root, atom, onlyDeps: onlyDeps === true, parent });
  run.selectionCache.set(key, selection);
  const { pkg } = selection;
  if (pkg !== null && isAcceptable(run, pkg) && !(pkg.isInstalled && masksOf(run.frozen, pkg).length > 0)) {
    noteVisible(run, pkg);
  }
  return selection;
}

function forget(run: Run, nameKey: string): void {
  for (const key of run.selectionKeys.get(nameKey) ?? []) run.selectionCache.delete(key);
  run.selectionKeys.delete(nameKey);
}

/** Forgets what was chosen for atoms of this name, and of the libraries it brings. */
export function forgetSelections(run: Run, pkg: Package): void {
  const nameKey = `${pkg.root.label}|${pkg.qualifiedName}`;
  forget(run, nameKey);
  if (run.frozen.plansSonames) for (const soname of pkg.provides) forget(run, `${pkg.root.label}|${soname}`);
}
