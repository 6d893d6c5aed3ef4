import { type Atom, changeAtom, matchesSlot } from '../pms';
import { wantsInstalled } from './argument-matching';
import { equivalentEbuild, isAcceptable, similarAvailable } from './available';
import { validateBlockers } from './blockers';
import { allClasses, evaluated, flatAtoms } from './dependencies';
import type { Dependency } from './dependency';
import { makeDependency } from './grow';
import { asWritten, ignoringUse, isBound, isBuiltSlotOperator, matches } from './matching';
import { isNewer, isOlder, Package, sameSlot } from './package';
import { wantsDowngrade } from './prefer';
import { isTooDeep, type Run } from './run';
import { slotAtom } from './slot-atom';
import { replaceBuilt } from './slot-rebuild';
import { isSoname, sonameAtom } from './soname';
import { type UnmaskLevel, unmaskLevels } from './unmask';

interface ProbeOptions {
  readonly newSlot: boolean;
  readonly slotConflict: boolean;
  readonly level: UnmaskLevel | null;
}

export interface Replacement {
  readonly parent: Package;
  readonly child: Package;
  readonly atom: Atom;
}

function hasUpgrade(run: Run, pkg: Package): boolean {
  for (const other of similarAvailable(run, pkg, slotAtom(pkg))) if (isNewer(other, pkg)) return true;
  return false;
}

function isInBlockerConflict(run: Run, pkg: Package): boolean {
  if (run.blockedPackages === null) validateBlockers(run);
  return run.blockedPackages?.has(pkg) === true || run.blockerParents.has(pkg);
}

/** Would what needs the existing package also do with the candidate? */
function satisfiesParents(run: Run, existing: Package, candidate: Package, replacing: Package | null): boolean {
  const key = `${existing.key}\n${candidate.key}\n${replacing?.key ?? ''}`;
  const cached = run.reverseCheckCache.get(key);
  if (cached !== undefined) return cached;
  const answer = checkParents(run, existing, candidate, replacing);
  run.reverseCheckCache.set(key, answer);
  return answer;
}

function checkParents(run: Run, existing: Package, candidate: Package, replacing: Package | null): boolean {
  const pairs = [...(run.parentAtoms.get(existing) ?? [])];
  const bound = new Set(pairs.filter(({ atom }) => isBound(atom)).map(({ parent }) => parent));
  for (const { parent, atom, original } of pairs) {
    let wanted = atom;
    if (parent instanceof Package) {
      if (bound.has(parent)) {
        wanted = original ?? atom;
        if (isSoname(wanted)) continue;
        if (isBuiltSlotOperator(wanted)) wanted = changeAtom(wanted, { slot: null, subSlot: null, slotOperator: '=' });
      }
      if (replacing !== null && (replacing.slotKey === parent.slotKey || replacing.cpv === parent.cpv)) continue;
      const mayGo = run.tracker
        .named(parent.root, parent.qualifiedName)
        .some((pkg) => pkg !== parent && (pkg.slotKey === parent.slotKey || pkg.cpv === parent.cpv));
      if (mayGo) continue;
      if (!isTooDeep(run, parent.depth) && !run.frozen.excluded.has(parent)) {
        if (hasUpgrade(run, parent)) continue;
        if (parent.isInstalled && isInBlockerConflict(run, parent)) continue;
        if (run.graph.hasEdge(parent, existing)) continue;
      }
    }
    if (!matches(wanted, candidate, run.useOf(candidate))) return false;
  }
  return true;
}

/** Atoms that the package would really ask for, choices made. */
function selectedAtoms(run: Run, root: Dependency['root'], pkg: Package): Set<string> {
  const use = run.useOf(pkg);
  const found = new Set<string>();
  for (const dependencyClass of allClasses) {
    const dependency = evaluated(run.frozen, pkg, dependencyClass, use);
    if (dependency.length === 0) continue;
    for (const { atom } of run.selectAtoms(run, { root, dependency, parent: pkg, priority: null }).own) {
      found.add(asWritten(atom).text);
    }
  }
  return found;
}

/** Children that could take the place of `dep.child` for one atom of the new parent; null when it does not ask for it. */
function candidatesFor(
  run: Run,
  dep: Dependency,
  child: Package,
  replacement: Package,
  atom: Atom,
  options: ProbeOptions,
  selected: () => Set<string>,
): { readonly pkg: Package; readonly atom: Atom }[] | null {
  const written = asWritten(atom).text;
  const bare = ignoringUse(atom);
  const found: { pkg: Package; atom: Atom }[] = [];
  const { parent } = dep;
  let judged = false;
  for (const pkg of similarAvailable(run, child, bare)) {
    if (!isSoname(dep.atom) && sameSlot(pkg, child)) continue;
    if (options.newSlot) {
      if (pkg.slot === child.slot || isOlder(pkg, child)) continue;
    } else {
      if (pkg.slot !== child.slot) continue;
      if (isOlder(pkg, child) && !wantsDowngrade(run, child)) continue;
      if (pkg.version.text === child.version.text && !child.isBuilt) continue;
    }
    const isInsignificant =
      !options.slotConflict &&
      run.frozen.parameters.selective &&
      parent instanceof Package &&
      parent.isInstalled &&
      child.isInstalled &&
      parent.version.order >= replacement.version.order &&
      child.cpv === pkg.cpv;
    if (isInsignificant) continue;
    judged = true;
    if (!isSoname(atom) && !selected().has(written)) return null;
    if (satisfiesParents(run, child, pkg, replacement)) found.push({ pkg, atom: asWritten(atom) });
  }
  if (!judged && !isSoname(atom) && !selected().has(written)) return null;
  return found;
}

/**
 * A parent that could take the place of `dep.parent` and would then use another child: the built slot operators hold
 * both back.
 */
export function probeUpdate(run: Run, dep: Dependency, given: Partial<ProbeOptions> = {}): Replacement | null {
  const options: ProbeOptions = { newSlot: false, slotConflict: false, level: null, ...given };
  const { child, parent } = dep;
  if (child === null || !(parent instanceof Package)) return null;
  if (child.isInstalled && run.frozen.excluded.has(child)) return null;
  if (parent.isInstalled && run.frozen.excluded.has(parent)) return null;
  let downgradesParent: boolean | null = null;
  for (const replacement of similarAvailable(run, parent, slotAtom(parent), options.level)) {
    if (replacement === parent) continue;
    if (isOlder(replacement, parent)) {
      downgradesParent ??= wantsDowngrade(run, parent);
      if (!downgradesParent) continue;
    }
    if (!satisfiesParents(run, parent, replacement, null)) continue;
    const answer = replaceChild(run, dep, child, replacement, options);
    if (answer !== null) return answer;
  }
  return null;
}

function replaceChild(
  run: Run,
  dep: Dependency,
  child: Package,
  replacement: Package,
  options: ProbeOptions,
): Replacement | null {
  let cache: Set<string> | null = null;
  const selected = (): Set<string> => {
    cache ??= selectedAtoms(run, child.root, replacement);
    return cache;
  };
  const use = run.useOf(replacement);
  const atoms = new Map<string, Atom>();
  for (const dependencyClass of allClasses) {
    for (const atom of flatAtoms(evaluated(run.frozen, replacement, dependencyClass, use))) {
      if (!atoms.has(atom.text)) atoms.set(atom.text, atom);
    }
  }
  for (const key of replacement.requires) atoms.set(key, sonameAtom(key));
  const lists: { readonly pkg: Package; readonly atom: Atom }[][] = [];
  for (const atom of atoms.values()) {
    if (isSoname(atom)) {
      if (matches(atom, child)) continue;
    } else {
      if (atom.blocker !== null || atom.qualifiedName !== child.qualifiedName) continue;
      if (replacement.isBuilt && atom.slot !== null && matchesSlot(atom, child.slot, child.subSlot)) continue;
    }
    const found = candidatesFor(run, dep, child, replacement, atom, options, selected);
    if (found !== null) lists.push(found);
  }
  const [first] = lists;
  if (first === undefined) return null;
  const agreed = new Set(
    first.map(({ pkg }) => pkg).filter((pkg) => lists.every((list) => list.some((each) => each.pkg === pkg))),
  );
  let best: { pkg: Package; atom: Atom; index: number } | null = null;
  for (const list of lists) {
    for (const [index, { pkg, atom }] of list.entries()) {
      if (!agreed.has(pkg)) continue;
      if (best === null || isOlder(best.pkg, pkg) || (best.pkg === pkg && index < best.index))
        best = { pkg, atom, index };
    }
  }
  return best === null ? null : { parent: replacement, child: best.pkg, atom: best.atom };
}

/** Lets the next attempt take the replacement. */
export function scheduleUpdate(
  run: Run,
  dep: Dependency,
  newChildSlot: boolean,
  replacement: Replacement | null,
): void {
  const { child, parent } = dep;
  if (child === null || !(parent instanceof Package)) return;
  if (!newChildSlot) replaceBuilt(run, child);
  replaceBuilt(run, parent, replacement === null || newChildSlot ? null : slotAtom(replacement.parent));
}

/** Can a conflict be solved by building the parent again against the other package of the slot? */
export function probeConflict(run: Run, dep: Dependency): Replacement | null {
  const found = probeUpdate(run, dep, { slotConflict: true });
  if (found !== null) return found;
  for (const level of unmaskLevels(run)) {
    const other = probeUpdate(run, dep, { slotConflict: true, level });
    if (other !== null) return other;
  }
  return null;
}

/** The ebuild of a built child, when its slot changed without a new revision. */
function changedSlot(run: Run, dep: Dependency): Package | null {
  const { child, parent } = dep;
  if (child === null || !child.isBuilt || !(parent instanceof Package) || parent.isBuilt) return null;
  const ebuild = equivalentEbuild(run, child);
  if (ebuild === null || run.state.runtimeMask.has(ebuild) || run.frozen.excluded.has(ebuild)) return null;
  if (!isAcceptable(run, ebuild) || sameSlot(ebuild, child)) return null;
  return ebuild;
}

/** Looks for packages that hold on to an old slot although a newer one is there. */
export function triggerReinstalls(run: Run): void {
  for (const list of run.slotOperatorDependencies.values()) {
    for (const dep of list) {
      const { child, parent } = dep;
      if (child === null) continue;
      if (!isBound(dep.atom)) {
        if (changedSlot(run, dep) !== null) replaceBuilt(run, child);
        continue;
      }
      if (!(parent instanceof Package) || !parent.isBuilt) continue;
      if (!dep.wantUpdate && parent.isInstalled) continue;
      if (run.frozen.options.rebuildIfNewSlot) {
        const newer = probeUpdate(run, dep, { newSlot: true });
        if (newer !== null) scheduleUpdate(run, dep, true, newer);
      }
      if (probeUpdate(run, dep) !== null) scheduleUpdate(run, dep, false, null);
    }
  }
}

/** An upgrade broke a dependency that was met, and the parent is bound to the old slot. */
export function rebuildBroken(run: Run, dep: Dependency, installed: Package): boolean {
  if (!run.allowBacktracking || wantsInstalled(run, installed) || !isBound(dep.atom)) return false;
  dep.child = installed;
  const replacement = probeUpdate(run, dep);
  if (replacement === null) return false;
  scheduleUpdate(run, dep, false, replacement);
  return true;
}

/** Built parents in a conflict that could be built against the other package. True when some can. */
export function scheduleConflictRebuilds(
  run: Run,
  pkg: Package,
  slotPackages: readonly Package[],
  conflictAtoms: Iterable<{
    readonly parent: Dependency['parent'];
    readonly atom: Atom;
    readonly against: ReadonlySet<Package>;
  }>,
): boolean {
  let found = false;
  for (const { parent, atom, against } of conflictAtoms) {
    if (!(parent instanceof Package) || !parent.isBuilt || !isBound(atom)) continue;
    for (const other of slotPackages) {
      if (against.has(other)) continue;
      const dep = makeDependency({ atom, child: other, parent, root: pkg.root });
      const replacement = probeConflict(run, dep);
      if (replacement === null) continue;
      scheduleUpdate(run, dep, false, replacement);
      found = true;
    }
  }
  return found;
}
