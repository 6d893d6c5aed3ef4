import type { Atom } from '../pms';
import { isDepGroup } from '../pms';
import { evaluated, runtimeClasses } from './dependencies';
import { Digraph } from './digraph';
import { blockerFor } from './grow';
import { matches } from './matching';
import { Package } from './package';
import { blockerPriority, priority } from './priority';
import type { Blocker, EvaluatedDependency, Run } from './run';

/** Blockers that hold without any choice: an any-of is not looked into. */
function blockersIn(dependency: EvaluatedDependency): Atom[] {
  return dependency.flatMap((node) => (isDepGroup(node) || node.atom.blocker === null ? [] : [node.atom]));
}

/** Installed packages forbid things as well, even when nothing of the plan touches them. */
function addInstalledBlockers(run: Run): void {
  for (const root of run.frozen.roots) {
    if (run.frozen.options.rootDeps === 'rdeps' && root !== run.frozen.target) continue;
    for (const pkg of run.frozen.installedPackages(root)) {
      if (run.traversed.has(pkg)) continue;
      const atoms = new Map<string, Atom>();
      for (const dependencyClass of runtimeClasses) {
        for (const atom of blockersIn(evaluated(run.frozen, pkg, dependencyClass, pkg.use.enabled))) {
          atoms.set(atom.text, atom);
        }
      }
      for (const atom of [...atoms.values()].sort((a, b) => (a.text < b.text ? -1 : 1))) {
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
