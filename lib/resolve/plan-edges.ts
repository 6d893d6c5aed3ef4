import { atomsOf, type DependencyClass, dependencyClasses } from '../pms';
import { dependencyNode } from './dependencies';
import { matches, matchesIgnoringUse } from './matching';
import { Package, type Root } from './package';
import type { PlanEdge, PlanNodeId, PlanRoot } from './plan';
import type { Run } from './run';

/** The identity of a package in a plan. */
export const nodeId = (root: PlanRoot, cpv: string): PlanNodeId => `${root}|${cpv}`;

/** The root in which a dependency has to be met. Source: PMS 8.1, table of dependency classes supported */
export function dependencyRoot(run: Run, pkg: Package, dependencyClass: DependencyClass): Root {
  switch (dependencyClass) {
    case 'BDEPEND':
    case 'IDEPEND':
      return run.frozen.running;
    case 'DEPEND':
      return pkg.eapi.hasBdepend ? pkg.root.sysroot : run.frozen.running;
    default:
      return pkg.root;
  }
}

/** Which packages of the graph meet which line of the ebuild. `order` is the place of each node in the plan. */
export function edgesOf(
  run: Run,
  pkg: Package,
  idOf: (pkg: Package) => PlanNodeId | null,
  order: ReadonlyMap<PlanNodeId, number>,
): readonly PlanEdge[] {
  const from = idOf(pkg);
  if (from === null) return [];
  const children = run.graph.children(pkg).filter((child): child is Package => child instanceof Package);
  const edges = new Map<string, PlanEdge>();
  const use = run.useOf(pkg);
  for (const dependencyClass of dependencyClasses) {
    const root = dependencyRoot(run, pkg, dependencyClass);
    for (const { atom, conditions } of atomsOf(dependencyNode(run.frozen, pkg, dependencyClass), use)) {
      if (atom.blocker !== null) continue;
      const named = children.filter((child) => child.root === root && child.qualifiedName === atom.qualifiedName);
      const met = named.filter((child) => matches(atom, child));
      // USE deps that depend on the parent's flags were evaluated when the child was chosen
      const takers = met.length > 0 ? met : named.filter((child) => matchesIgnoringUse(atom, child));
      for (const child of takers) {
        const to = idOf(child);
        if (to === null || to === from) continue;
        const isLater = (order.get(to) ?? -1) > (order.get(from) ?? -1);
        const edge: PlanEdge = {
          from,
          to,
          class: dependencyClass,
          atom: (atom.unevaluated ?? atom).text,
          conditions,
          soft: dependencyClass === 'PDEPEND' || isLater,
        };
        edges.set(`${to}\n${edge.class}\n${edge.atom}\n${conditions.join(' ')}`, edge);
      }
    }
  }
  return [...edges.values()];
}
