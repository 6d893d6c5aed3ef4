import { setArguments } from './argument-matching';
import { type Argument, orderedAtoms } from './arguments';
import { expandArguments, setArgument } from './expand-arguments';
import { addDependency, addPackage, grow, makeDependency } from './grow';
import { Package, type Root, sameSlot } from './package';
import type { Run } from './run';
import { selectAtomsFromGraph, selectFromGraph, selectInstalled } from './select-from-graph';
import { rebuildBroken } from './slot-operators';

/** Does a merge change something that is installed? */
function changesInstalled(run: Run): boolean {
  const { options } = run.frozen;
  for (const node of run.graph.order) {
    if (!(node instanceof Package) || node.operation !== 'merge') continue;
    const installed = run.frozen.installedInSlot(node);
    if (installed !== null) {
      if (options.completeIfNewVersion) {
        if (installed.version.order !== node.version.order || !sameSlot(installed, node)) return true;
        if (node.isBuilt && installed.buildTime !== node.buildTime) return true;
      }
      if (options.completeIfNewUse && changesFlags(run, node, installed)) return true;
    }
    if (options.rebuildIfNewSlot) {
      const all = run.frozen.installed(node.root, node.qualifiedName);
      if (all.length > 0 && !all.some((other) => sameSlot(other, node))) return true;
    }
  }
  return false;
}

function changesFlags(run: Run, pkg: Package, installed: Package): boolean {
  const before = installed.candidate.iuse;
  const after = pkg.candidate.iuse;
  if (before.size !== after.size) return true;
  const use = run.useOf(pkg);
  for (const flag of after.keys()) {
    if (!before.has(flag) || use.has(flag) !== installed.use.enabled.has(flag)) return true;
  }
  return false;
}

/** Sets that have to stay met, by root. For removals they are given. */
export type RequiredSets = ReadonlyMap<Root, readonly Argument[]>;

function requiredArguments(run: Run, root: Root, required: RequiredSets | null): readonly Argument[] {
  const given = required?.get(root);
  if (given !== undefined) return given;
  if (run.frozen.options.ignoreWorld) return [];
  const world = setArgument(root, 'world', { forceReinstall: false, resetDepth: false, internal: false });
  return world === null ? [] : [world];
}

/**
 * Follows every dependency of the required sets and of everything that stays installed, so that the plan breaks
 * nothing that works. Done only when the plan changes something that is installed, or when asked for.
 * False ends the attempt.
 */
export function completeGraph(run: Run, required: RequiredSets | null = null): boolean {
  const { frozen } = run;
  if (frozen.options.noDeps) return true;
  if (!run.complete && changesInstalled(run)) run.complete = true;
  if (!run.complete) return true;
  const isRemoval = frozen.parameters.action === 'remove';
  run.completeMode = true;
  run.selectAtoms = selectAtomsFromGraph;
  if (isRemoval) {
    run.selectPackage = selectInstalled;
  } else {
    run.selectPackage = selectFromGraph;
    run.traverseIgnored = true;
  }
  run.deep = true;
  run.visibleCache.clear();
  const all = [...run.initialArguments];
  for (const root of frozen.roots) {
    if (root !== frozen.target && (isRemoval || frozen.options.rootDeps === 'rdeps')) continue;
    all.push(...requiredArguments(run, root, required));
  }
  const expandedForMatching = expandArguments(run, all, false);
  setArguments(run, expandedForMatching);
  for (const argument of expandArguments(run, all, true)) {
    for (const atom of orderedAtoms(argument)) {
      const dep = makeDependency({ atom, root: argument.root, parent: argument, depth: null });
      if (!addDependency(run, dep, true)) return false;
    }
  }
  run.stack.push(...run.ignoredDependencies);
  run.ignoredDependencies = [];
  if (!grow(run, true)) return false;
  return keepSatisfied(run);
}

/** Dependencies that were met before must be met after. */
function keepSatisfied(run: Run): boolean {
  for (let dep = run.unsatisfiedDependencies.pop(); dep !== undefined; dep = run.unsatisfiedDependencies.pop()) {
    const installed = run.frozen.installedMatching(dep.root, dep.atom);
    const newest = installed[installed.length - 1];
    if (newest === undefined) {
      run.initiallyUnsatisfied.push(dep);
      continue;
    }
    if (rebuildBroken(run, dep, newest)) continue;
    if (!addPackage(run, newest, dep) || !grow(run, true)) return false;
  }
  return true;
}
