import type { Atom } from '../pms';
import { isDepGroup } from '../pms';
import { evaluated, runtimeClasses } from './dependencies';
import { Digraph } from './digraph';
import type { EvaluatedDependency } from './evaluated-dependency';
import { blockerFor } from './grow';
import { matches } from './matching';
import type { InstalledBlocker } from './memory';
import { Package, type Root } from './package';
import { blockerPriority, priority } from './priority';
import type { Blocker, Run } from './run';

/** Blockers that hold without any choice: an any-of is not looked into. */
function blockersIn(dependency: EvaluatedDependency): Atom[] {
  return dependency.flatMap((node) => (isDepGroup(node) || node.atom.blocker === null ? [] : [node.atom]));
}

/** What installed packages forbid at run time, by the name of what is forbidden. */
function installedBlockers(run: Run, root: Root): ReadonlyMap<string, readonly InstalledBlocker[]> {
  const memory = run.frozen.memory(root);
  if (memory.installedBlockers !== null) return memory.installedBlockers;
  const found = new Map<string, InstalledBlocker[]>();
  for (const pkg of run.frozen.installedPackages(root)) {
    const atoms = new Map<string, Atom>();
    for (const dependencyClass of runtimeClasses) {
      for (const atom of blockersIn(evaluated(run.frozen, pkg, dependencyClass, pkg.use.enabled))) {
        atoms.set(atom.text, atom);
      }
    }
    for (const atom of [...atoms.values()].sort((a, b) => (a.text < b.text ? -1 : 1))) {
      const list = found.get(atom.qualifiedName);
      if (list) list.push({ candidate: pkg.candidate, atom });
      else found.set(atom.qualifiedName, [{ candidate: pkg.candidate, atom }]);
    }
  }
  memory.installedBlockers = found;
  return found;
}

/** Installed packages forbid things as well; it matters only for names of which something is to be merged. */
function addInstalledBlockers(run: Run): void {
  const chosen = [...run.tracker.all()].filter((pkg) => pkg.operation === 'merge');
  for (const root of run.frozen.roots) {
    if (run.frozen.options.rootDeps === 'rdeps' && root !== run.frozen.target) continue;
    const names = new Set(chosen.filter((pkg) => pkg.root === root).map((pkg) => pkg.qualifiedName));
    if (names.size === 0) continue;
    // a host that is assumed to have everything: all of it would have to be read, and what is to be merged there is told anyway
    if (root.configuration.isBare?.()) continue;
    const blockers = installedBlockers(run, root);
    if (blockers.size === 0) continue;
    for (const name of names) {
      for (const { candidate, atom } of blockers.get(name) ?? []) {
        const pkg = run.frozen.pool.get(candidate, root, 'nomerge');
        if (run.traversed.has(pkg)) continue;
        const of = priority({ runtime: true });
        run.blockerParents.add(blockerFor(run, atom, root, pkg.eapi.hasStrongBlockers, of), pkg, of);
      }
    }
  }
}

const isBlocker = (node: Package | Blocker): node is Blocker => !(node instanceof Package);

function forgetEarlier(run: Run): void {
  const earlier = run.blockerUninstalls.leaves().filter((node) => node instanceof Package);
  if (earlier.length > 0) {
    run.blockerUninstalls = new Digraph();
    run.graph.removeAll(earlier);
  }
  run.blockerParents.addAll(run.irrelevantBlockers, blockerPriority);
  run.irrelevantBlockers = new Digraph();
  run.unsolvableBlockers = new Digraph();
}

interface Pair {
  readonly pkg: Package;
  readonly task: Package;
}

/**
 * What has to happen so that `parent` and what it forbids never meet: packages to remove, each with the package whose
 * merge removes the need. `unsolved`: nothing helps.
 */
function waysOut(
  run: Run,
  blocker: Blocker,
  parent: Package,
  initial: readonly Package[],
  final: readonly Package[],
): { readonly order: readonly Pair[]; readonly unsolved: boolean } {
  const blocked = run.blockedPackages ?? new Digraph<Package | Blocker>();
  const order: Pair[] = [];
  let unsolved = false;
  const push = (pkg: Package, task: Package): void => {
    if (!order.some((pair) => pair.pkg === pkg && pair.task === task)) order.push({ pkg, task });
  };
  const forbidsOverlap = blocker.atom.blocker === '!!';
  for (const pkg of initial) {
    if ((pkg.slotKey === parent.slotKey && !forbidsOverlap) || parent.isInstalled) continue;
    blocked.add(pkg, blocker, blockerPriority);
    if (parent.operation === 'merge') push(pkg, parent);
    else unsolved = true;
  }
  for (const pkg of final) {
    if (pkg.slotKey === parent.slotKey && !forbidsOverlap) continue;
    if (parent.operation === 'nomerge' && pkg.operation === 'nomerge') continue;
    blocked.add(pkg, blocker, blockerPriority);
    if (parent.operation === 'merge' && pkg.isInstalled) push(pkg, parent);
    else if (parent.operation === 'nomerge') push(parent, pkg);
    else unsolved = true;
  }
  const buildOnly = run.frozen.options.buildPackagesOnly && !(blocker.priority.buildtime && forbidsOverlap);
  return { order: buildOnly ? [] : order, unsolved };
}

function settle(
  run: Run,
  blocker: Blocker,
  parent: Package,
  initial: readonly Package[],
  final: readonly Package[],
): void {
  const { order, unsolved: hopeless } = waysOut(run, blocker, parent, initial, final);
  const isNeeded = order.some(({ pkg }) => run.graph.has(pkg) && run.graph.parents(pkg).length > 0);
  const unsolved = hopeless || (order.length > 0 && isNeeded);
  if (!unsolved) {
    for (const { pkg, task } of order) {
      const uninstall = run.frozen.uninstallTask(pkg);
      run.graph.add(uninstall, task, blockerPriority);
      run.blockerUninstalls.add(uninstall, blocker, blockerPriority);
    }
  }
  if (!unsolved && order.length === 0) {
    run.irrelevantBlockers.add(blocker, parent, blocker.priority);
    run.blockerParents.removeEdge(blocker, parent);
    if (run.blockerParents.parents(blocker).length === 0) run.blockerParents.remove(blocker);
    if (run.blockerParents.children(parent).length === 0) run.blockerParents.remove(parent);
  }
  if (unsolved) run.unsolvableBlockers.add(blocker, parent, blocker.priority);
}

/**
 * Sorts the blockers into those that match nothing, those that removing an installed package solves, and those that
 * nothing solves. Can be called again when the graph has changed.
 */
export function validateBlockers(run: Run): void {
  run.blockedPackages = new Digraph();
  if (run.frozen.options.noDeps) return;
  addInstalledBlockers(run);
  forgetEarlier(run);
  for (const blocker of run.blockerParents.leaves()) {
    if (!isBlocker(blocker)) continue;
    const { root, atom } = blocker;
    const initial = run.frozen.installedMatching(root, atom);
    const final = run.tracker.match(root, atom).filter((pkg) => matches(atom, pkg, run.useOf(pkg)));
    const parents = run.blockerParents.parents(blocker).filter((node) => node instanceof Package);
    if (initial.length === 0 && final.length === 0) {
      run.blockerParents.remove(blocker);
      for (const parent of parents) {
        run.irrelevantBlockers.add(blocker, parent, blocker.priority);
        if (run.blockerParents.children(parent).length === 0) run.blockerParents.remove(parent);
      }
      continue;
    }
    for (const parent of parents) settle(run, blocker, parent, initial, final);
  }
}
