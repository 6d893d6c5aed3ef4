import type { DependencyClass } from '../pms';
import { parseAtom } from '../pms';
import { Argument } from './arguments';
import { emptyState } from './backtrack-state';
import { completeGraph } from './complete';
import { allClasses, evaluated } from './dependencies';
import { Digraph } from './digraph';
import { setArgument } from './expand-arguments';
import { Frozen } from './frozen';
import { isBuiltSlotOperator, matches } from './matching';
import { deriveParameters, type ResolveOptions } from './options';
import { comparePackages, Package } from './package';
import { hardness, type Priority, unmergePriority } from './priority';
import type { RootConfiguration } from './provider';
import { makeRoots } from './resolver';
import { type Dependency, Run } from './run';
import { selectAtomsFromAll, selectAtomsFromGraph } from './select-from-graph';
import { selectBest } from './select-package';
import { versionAtom } from './slot-atom';

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

/** The sets that have to stay met: the world, without what is named, and everything that is not named. */
function requiredSets(run: Run, named: readonly string[]): Argument[] | null {
  const { target } = run.frozen;
  const options: Argument['options'] = { forceReinstall: false, resetDepth: false, internal: false };
  const world = setArgument(target, 'world', options);
  if (world === null) return null;
  if (named.length === 0) return [world];
  const atoms = named.map((text) => parseAtom(text, { allowRepository: true }));
  const kept = run.frozen.installedPackages(target).filter((pkg) => !atoms.some((atom) => matches(atom, pkg)));
  const nested = ['profile', 'system', 'selected-sets'];
  return [
    new Argument('set', 'world', target, [], nested, options),
    new Argument('set', '__kept__', target, kept.map(versionAtom), [], { ...options, internal: true }),
  ];
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

/**
 * Which installed packages nothing needs any more. With names only those are looked at, and they go only when nothing
 * else needs them.
 */
export function depclean(root: RootConfiguration, named: readonly string[], options: ResolveOptions): Removal {
  const { running, target, all } = makeRoots({ running: root, target: null, targetSysroot: 'target' });
  const parameters = deriveParameters(options, 'remove');
  const frozen = new Frozen(all, running, target, options, parameters);
  const run = new Run(frozen, emptyState(), false, false, {
    selectPackage: selectBest,
    selectAtoms: selectAtomsFromAll,
  });
  const required = requiredSets(run, named);
  if (required === null) return refused([]);
  const world = frozen.target.configuration.set('world') ?? [];
  if (world.length === 0) return refused([]);
  if (!completeGraph(run, new Map([[target, required]]))) return refused([]);
  const hard = run.initiallyUnsatisfied.filter(
    ({ parent, priority: of }) => parent instanceof Package && hardness(of) > -4,
  );
  if (hard.length > 0 && named.length === 0) return refused(hard);
  const atoms = named.map((text) => parseAtom(text, { allowRepository: true }));
  const going = frozen
    .installedPackages(target)
    .filter((pkg) => !run.graph.has(pkg) && (named.length === 0 || atoms.some((atom) => matches(atom, pkg))))
    .sort(byCpv);
  const needed = run.graph.order.filter((node) => node instanceof Package).length;
  run.selectAtoms = selectAtomsFromGraph;
  const { remove, ordered } = orderRemoval(removalGraph(run, going));
  return { success: true, remove, ordered, required: needed, unsatisfied: hard };
}
