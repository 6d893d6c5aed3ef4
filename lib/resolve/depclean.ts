import type { DependencyClass } from '../pms';
import { parseAtom } from '../pms';
import { Argument } from './arguments';
import { emptyState } from './backtrack-state';
import { VirtualCycle } from './choices';
import { completeGraph } from './complete';
import { allClasses, evaluated } from './dependencies';
import type { Dependency } from './dependency';
import { Digraph } from './digraph';
import { expandArguments } from './expand-arguments';
import { Frozen } from './frozen';
import { isBuiltSlotOperator } from './matching';
import { deriveParameters, type ResolveOptions } from './options';
import { comparePackages, Package } from './package';
import { PackageFilter } from './package-filter';
import { hardness, type Priority, unmergePriority } from './priority';
import type { RootConfiguration } from './provider';
import { makeRoots } from './resolver';
import { Run } from './run';
import { selectAtomsFromAll, selectAtomsFromGraph } from './select-from-graph';
import { selectBest } from './select-package';
import { versionAtom } from './slot-atom';
import { isSoname } from './soname';

export interface Removal {
  readonly success: boolean;
  /** what nothing needs, in the order in which it may go: users first */
  readonly remove: readonly Package[];
  /** false: nothing of it depends on each other, any order will do */
  readonly ordered: boolean;
  /** number of packages that stay because something needs them */
  readonly required: number;
  /** dependencies of packages that stay which nothing installed meets */
  readonly unsatisfied: readonly Dependency[];
}

const refused = (unsatisfied: readonly Dependency[]): Removal => ({
  success: false,
  remove: [],
  ordered: false,
  required: 0,
  unsatisfied,
});

const priorities: Readonly<Record<DependencyClass, Priority>> = {
  IDEPEND: unmergePriority({ installtime: true, runtime: true }),
  RDEPEND: unmergePriority({ runtime: true }),
  PDEPEND: unmergePriority({ runtimePost: true }),
  BDEPEND: unmergePriority({ buildtime: true }),
  DEPEND: unmergePriority({ buildtime: true }),
};

const internalSet = (run: Run, name: string, packages: readonly Package[]): Argument =>
  new Argument('set', name, run.frozen.target, packages.map(versionAtom), [], {
    forceReinstall: false,
    resetDepth: false,
    internal: true,
  });

/** The world, without what was selected by name when that may go. */
function worldSet(run: Run, keepsSelected: boolean): Argument {
  const { target } = run.frozen;
  const options: Argument['options'] = { forceReinstall: false, resetDepth: false, internal: false };
  const nested = ['profile', keepsSelected ? 'selected' : 'selected-sets', 'system'];
  return new Argument('set', 'world', target, [], nested, options);
}

/** Which installed packages may go, and what has to stay met. */
interface Scope {
  readonly mayGo: (pkg: Package) => boolean;
  readonly required: readonly Argument[];
}

function cleaningScope(run: Run, named: PackageFilter): Scope {
  const { target, options } = run.frozen;
  if (named.isEmpty) return { mayGo: () => true, required: [worldSet(run, true)] };
  const kept = run.frozen.installedPackages(target).filter((pkg) => !named.has(pkg));
  return {
    mayGo: (pkg) => named.has(pkg),
    required: [worldSet(run, !options.deselect), internalSet(run, '__kept__', kept)],
  };
}

/** All but the highest version of a name may go; a dependency on the name stays met by that one. */
function pruningScope(run: Run, named: PackageFilter): Scope {
  const { target, options } = run.frozen;
  const installed = run.frozen.installedPackages(target);
  const isHighest = (pkg: Package): boolean => run.frozen.installed(target, pkg.qualifiedName).at(-1) === pkg;
  const mayGo = (pkg: Package): boolean => !isHighest(pkg) && (named.isEmpty || named.has(pkg));
  const kept = internalSet(
    run,
    '__kept__',
    installed.filter((pkg) => !mayGo(pkg)),
  );
  for (const name of new Set(installed.map((pkg) => pkg.qualifiedName))) kept.atoms.push(parseAtom(name));
  return { mayGo, required: [worldSet(run, !options.deselect), kept] };
}

/** What the options keep whatever needs it. */
function excludedSet(run: Run): Argument[] {
  const { excluded, target } = run.frozen;
  if (excluded.isEmpty) return [];
  const packages = run.frozen.installedPackages(target).filter((pkg) => excluded.has(pkg));
  return [internalSet(run, '__excluded__', packages)];
}

/** What of the packages to go needs which other of them. */
function removalGraph(run: Run, packages: readonly Package[]): Digraph<Package> {
  const graph = new Digraph<Package>();
  const going = new Set(packages);
  for (const pkg of packages) {
    graph.add(pkg, null, priorities.DEPEND);
    for (const dependencyClass of allClasses) {
      const dependency = evaluated(run.frozen, pkg, dependencyClass, pkg.use.enabled);
      if (dependency.length === 0) continue;
      const of = priorities[dependencyClass];
      for (const { atom } of run.selectAtoms(run, { root: pkg.root, dependency, parent: pkg, priority: of }).own) {
        if (atom.blocker !== null) continue;
        const binds = isBuiltSlotOperator(atom);
        for (const child of run.frozen.installedMatching(pkg.root, atom)) {
          if (!going.has(child) || child === pkg) continue;
          graph.add(child, pkg, { ...of, runtimeSlotOp: binds && of.runtime, buildtimeSlotOp: binds && of.buildtime });
        }
      }
    }
  }
  return graph;
}

/** Users before what they use; where they use each other the softest edges give way. */
function orderRemoval(graph: Digraph<Package>): { readonly remove: Package[]; readonly ordered: boolean } {
  if (graph.roots().length === graph.size) return { remove: [...graph.order], ordered: false };
  const users = new Map(graph.order.map((pkg) => [pkg, graph.parents(pkg).length]));
  graph.order.sort((a, b) => (users.get(a) ?? 0) - (users.get(b) ?? 0));
  const remove: Package[] = [];
  while (graph.size > 0) {
    let found = graph.roots();
    for (let ignored = -4; found.length === 0 && ignored <= 0; ignored += 1) {
      found = graph
        .roots((of) => hardness(of) <= ignored)
        .sort((a, b) => comparePackages(b, a))
        .slice(0, 1);
    }
    found.sort((a, b) => comparePackages(b, a));
    for (const pkg of found) {
      graph.remove(pkg);
      remove.push(pkg);
    }
  }
  return { remove, ordered: true };
}

const byCpv = (a: Package, b: Package): number => (a.cpv < b.cpv ? -1 : a.cpv > b.cpv ? 1 : 0);

function startRemoval(root: RootConfiguration, options: ResolveOptions): Run {
  const { running, target, all } = makeRoots({ running: root, target: null, targetSysroot: 'target' });
  const frozen = new Frozen(all, running, target, options, deriveParameters(options, 'remove'));
  return new Run(frozen, emptyState(), false, false, {
    selectPackage: selectBest,
    selectAtoms: selectAtomsFromAll,
  });
}

/** Is there anything at all that is wanted? */
const hasWorld = (run: Run): boolean =>
  expandArguments(run, [worldSet(run, true)], false).some(({ atoms }) => atoms.length > 0);

/**
 * Which installed packages nothing needs any more. With names only those are looked at, and they go only when nothing
 * else needs them. `prune`: only versions of which a higher one is installed. Nothing goes when virtual packages stand for
 * each other. Source: emerge(1), --depclean, --prune.
 */
export function depclean(
  root: RootConfiguration,
  named: readonly string[],
  options: ResolveOptions,
  action: 'depclean' | 'prune' = 'depclean',
): Removal {
  try {
    return planRemoval(root, named, options, action);
  } catch (error) {
    if (error instanceof VirtualCycle) return refused([]);
    throw error;
  }
}

function planRemoval(
  root: RootConfiguration,
  named: readonly string[],
  options: ResolveOptions,
  action: 'depclean' | 'prune',
): Removal {
  const run = startRemoval(root, options);
  const { frozen } = run;
  const { target } = frozen;
  if (!hasWorld(run)) return refused([]);
  const filter = new PackageFilter(named);
  const { mayGo, required } = action === 'prune' ? pruningScope(run, filter) : cleaningScope(run, filter);
  if (!completeGraph(run, new Map([[target, [...required, ...excludedSet(run)]]]))) return refused([]);
  const unsatisfied = run.initiallyUnsatisfied;
  const isHard = ({ parent, atom, priority: of }: Dependency): boolean =>
    parent instanceof Package && !isSoname(atom) && hardness(of) > -4;
  if (filter.isEmpty && unsatisfied.some(isHard)) return refused(unsatisfied);
  const going = frozen
    .installedPackages(target)
    .filter((pkg) => !run.graph.has(pkg) && mayGo(pkg))
    .sort(byCpv);
  const needed = run.graph.order.filter((node) => node instanceof Package).length;
  run.selectAtoms = selectAtomsFromGraph;
  const { remove, ordered } = orderRemoval(removalGraph(run, going));
  return { success: true, remove, ordered, required: needed, unsatisfied };
}

/** Dependencies of what is installed that nothing installed meets. */
export function brokenDependencies(root: RootConfiguration, options: ResolveOptions): readonly Dependency[] {
  const run = startRemoval(root, options);
  const everything = internalSet(run, '__kept__', run.frozen.installedPackages(run.frozen.target));
  completeGraph(run, new Map([[run.frozen.target, [worldSet(run, true), everything]]]));
  return run.initiallyUnsatisfied;
}
