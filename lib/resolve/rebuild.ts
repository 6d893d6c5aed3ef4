import { configFeedback, type RootSlots } from './backtrack-state';
import type { Dependency } from './dependency';
import type { Digraph } from './digraph';
import type { Package } from './package';
import { Package as PackageNode } from './package';
import type { Run } from './run';
import { slotAtom } from './slot-atom';

/** Are packages to be built again when what they were built with changes? */
export function isRebuildMode(run: Run): boolean {
  const { options } = run.frozen;
  return options.rebuildIfNewRevision || options.rebuildIfNewVersion || options.rebuildIfUnbuilt;
}

/** Remembers which built packages were built with which. */
export function noteRebuild(run: Run, child: Package, dep: Dependency): void {
  if (!isRebuildMode(run)) return;
  const parent = dep.collapsedParent;
  if (!(parent instanceof PackageNode) || !parent.isBuilt || !dep.collapsedPriority.buildtime) return;
  if (run.frozen.rebuildExclude.has(parent) || run.frozen.rebuildIgnore.has(child)) return;
  run.rebuildGraph.add(child, parent, dep.collapsedPriority);
}

function makesParentsStale(run: Run, child: Package): boolean {
  if (child.isBuilt || run.state.rebuildList.has(child.root, child.slotKey)) return false;
  const { options } = run.frozen;
  if (options.rebuildIfUnbuilt) return true;
  const installed = run.frozen.installedInSlot(child);
  if (installed === null) return true;
  if (options.rebuildIfNewRevision) return installed.cpv !== child.cpv;
  return installed.version.base !== child.version.base;
}

/**
 * From the bottom up: which packages have to be built again, and which installed ones should give way to a newer build.
 * True when the attempt has to be repeated with that.
 */
export function triggerRebuilds(run: Run): boolean {
  if (!isRebuildMode(run)) return false;
  const rebuildList = run.state.rebuildList.clone();
  const reinstallList = run.state.reinstallList.clone();
  const graph: Digraph<Package> = run.rebuildGraph.clone();
  const builtWith = new Map<Package, Map<string, Package>>();
  const leaves = graph.leaves();
  let restart = false;
  while (graph.size > 0) {
    const node = leaves.shift() ?? graph.order[graph.order.length - 1];
    if (node === undefined || !graph.has(node)) continue;
    const parents = graph.parents(node);
    graph.remove(node);
    for (const parent of parents) {
      if (parent === node) continue;
      const own = builtWith.get(parent) ?? new Map<string, Package>();
      own.set(node.slotKey, node);
      builtWith.set(parent, own);
      if (graph.isLeaf(parent)) leaves.push(parent);
    }
    if (triggersRebuild(run, node, builtWith.get(node) ?? new Map(), rebuildList, reinstallList)) restart = true;
  }
  if (restart) {
    const config = configFeedback(run.feedback);
    config.rebuildList = rebuildList;
    config.reinstallList = reinstallList;
    run.needRestart = true;
  }
  return restart;
}

function triggersRebuild(
  run: Run,
  parent: Package,
  builtWith: ReadonlyMap<string, Package>,
  rebuildList: RootSlots,
  reinstallList: RootSlots,
): boolean {
  if (rebuildList.has(parent.root, parent.slotKey)) return false;
  let reinstall = false;
  for (const [slotKey, child] of builtWith) {
    if (makesParentsStale(run, child)) {
      rebuildList.add(parent.root, slotAtom(parent));
      return true;
    }
    if (run.frozen.options.usePackages === 'no') continue;
    const childChanges =
      reinstallList.has(child.root, slotKey) || rebuildList.has(child.root, slotKey) || !child.isInstalled;
    if (!childChanges || !parent.isInstalled || reinstallList.has(parent.root, parent.slotKey)) continue;
    const binary = run.frozen
      .available(parent.root, parent.qualifiedName, 'binary', false)
      .find((pkg) => pkg.cpv === parent.cpv);
    if (binary !== undefined && binary.buildTime !== parent.buildTime) reinstall = true;
  }
  if (reinstall) reinstallList.add(parent.root, slotAtom(parent));
  return reinstall;
}
