import type { Atom } from '../pms';
import { isVisible } from './masks';
import { ignoringSlot, isBuiltSlotOperator, matches } from './matching';
import type { Package, Root } from './package';
import type { Run } from './run';
import { tryUnmask, type UnmaskLevel } from './unmask';

export type PackageKind = Package['kind'];

/** Where packages come from with these options, in order of search. */
export function kindsOf(run: Run): readonly PackageKind[] {
  switch (run.frozen.options.usePackages) {
    case 'no':
      return ['ebuild', 'installed'];
    case 'yes':
      return ['ebuild', 'binary', 'installed'];
    case 'only':
      return ['binary', 'installed'];
  }
}

function* availableOf(
  run: Run,
  root: Root,
  kind: 'ebuild' | 'binary',
  atom: Atom,
  onlyDeps: boolean,
): Generator<Package> {
  for (const found of run.frozen.available(root, atom.qualifiedName, kind, onlyDeps)) {
    const pkg = onlyDeps ? asMerged(run, found) : found;
    if (matches(atom, pkg, run.useOf(pkg))) yield pkg;
  }
}

/** Of a package whose dependencies only are wanted: the merge of it, when that is already in the graph. */
function asMerged(run: Run, pkg: Package): Package {
  if (run.graph.has(pkg)) return pkg;
  const merged = run.frozen.pool.get(pkg.candidate, pkg.root, 'merge');
  return run.tracker.contains(merged, false) ? merged : pkg;
}

/**
 * Installed packages, newest first. When none has the slot of the atom but the ebuild of one would, that one counts:
 * building it again would not help.
 */
function* installedOf(run: Run, root: Root, atom: Atom): Generator<Package> {
  const installed = [...run.frozen.installed(root, atom.qualifiedName)].reverse();
  let any = false;
  for (const pkg of installed) {
    if (!matches(atom, pkg)) continue;
    any = true;
    yield pkg;
  }
  if (any || atom.slot === null || isBuiltSlotOperator(atom)) return;
  const bare = ignoringSlot(atom);
  for (const pkg of installed) {
    if (!matches(bare, pkg)) continue;
    const ebuilds = run.frozen.available(root, atom.qualifiedName, 'ebuild', false);
    const binaries =
      run.frozen.options.usePackages === 'no' ? [] : run.frozen.available(root, atom.qualifiedName, 'binary', false);
    const others = run.frozen.options.usePackages === 'only' ? binaries : [...ebuilds, ...binaries];
    const has = others.some(
      (other) =>
        other.cpv === pkg.cpv && other.slot === atom.slot && (atom.subSlot === null || other.subSlot === atom.subSlot),
    );
    if (!has) continue;
    yield pkg;
    return;
  }
}

/** Packages of one kind that the atom takes, newest first; masked ones too. */
export function candidatesOf(
  run: Run,
  root: Root,
  kind: PackageKind,
  atom: Atom,
  onlyDeps = false,
): Generator<Package> {
  return kind === 'installed' ? installedOf(run, root, atom) : availableOf(run, root, kind, atom, onlyDeps);
}

export function* candidatesOfAnyKind(run: Run, root: Root, atom: Atom, onlyDeps = false): Generator<Package> {
  for (const kind of kindsOf(run)) yield* candidatesOf(run, root, kind, atom, onlyDeps);
}

/** Is there any package of that name? */
export function isKnownName(run: Run, root: Root, qualifiedName: string): boolean {
  return kindsOf(run).some((kind) =>
    kind === 'installed'
      ? run.frozen.installed(root, qualifiedName).length > 0
      : run.frozen.available(root, qualifiedName, kind, false).length > 0,
  );
}

/** Visible as configured, already in the graph, or to be made visible at the level. */
export function isAcceptable(run: Run, pkg: Package, level: UnmaskLevel | null = null, trustGraph = true): boolean {
  if (isVisible(run.frozen, pkg)) return true;
  if (trustGraph && run.graph.has(pkg)) return true;
  if (!run.autounmask || level === null) return false;
  return tryUnmask(run, pkg, level);
}

/** The ebuilds of exactly this version: the one of the same repository, or else all. */
function ebuildsOf(run: Run, pkg: Package): readonly Package[] {
  const all = run.frozen
    .available(pkg.root, pkg.qualifiedName, 'ebuild', false)
    .filter((other) => other.cpv === pkg.cpv);
  const same = all.find((other) => other.repository === pkg.repository);
  return same ? [same] : all;
}

export function equivalentEbuild(run: Run, pkg: Package): Package | null {
  return ebuildsOf(run, pkg)[0] ?? null;
}

export function hasVisibleEbuild(run: Run, pkg: Package, level: UnmaskLevel | null = null): boolean {
  return ebuildsOf(run, pkg).some((ebuild) => isAcceptable(run, ebuild, level));
}

/** Is exactly this build installed? */
function isThisBuildInstalled(run: Run, pkg: Package): boolean {
  if (pkg.buildTime === 0) return false;
  const installed = run.frozen.installed(pkg.root, pkg.qualifiedName).find((other) => other.cpv === pkg.cpv);
  return installed !== undefined && installed.buildTime === pkg.buildTime;
}

/** Other packages of the same name that could be merged and that the atom takes. */
export function* similarAvailable(
  run: Run,
  pkg: Package,
  atom: Atom,
  level: UnmaskLevel | null = null,
): Generator<Package> {
  const { options } = run.frozen;
  for (const other of candidatesOfAnyKind(run, pkg.root, atom)) {
    if (other.qualifiedName !== pkg.qualifiedName) continue;
    if (other.isInstalled || run.state.runtimeMask.has(other) || run.frozen.excluded.has(other)) continue;
    if (other.isBuilt) {
      if (isThisBuildInstalled(run, other)) continue;
      const ignoresEbuild = !options.useEbuildVisibility && options.usePackages === 'only';
      if (!ignoresEbuild && !hasVisibleEbuild(run, other, level)) continue;
    }
    if (!isAcceptable(run, other, level)) continue;
    yield other;
  }
}

/** The installed package that the parent would replace and that the atom takes. */
export function replacedChild(run: Run, parent: Package, root: Root, atom: Atom): Package | null {
  if (parent.root !== root || parent.qualifiedName !== atom.qualifiedName) return null;
  for (const child of installedOf(run, root, atom)) if (child.slot === parent.slot) return child;
  return null;
}
