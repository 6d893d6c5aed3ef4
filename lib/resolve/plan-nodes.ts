import { atomsOf, type DependencyClass } from '../pms';
import { Argument } from './arguments';
import { dependencyNode } from './dependencies';
import { asWritten } from './matching';
import { Package, type Root } from './package';
import type { PlanAction, PlanEdge, PlanNodeId, PlannedPackage, PlanRoot } from './plan';
import type { Run } from './run';

/** Which root of the product a root of the graph is. */
export type RootNames = (pkg: Package) => PlanRoot;

export const nodeId = (root: PlanRoot, pkg: Package): PlanNodeId => `${root}|${pkg.cpv}`;

const classes: readonly DependencyClass[] = ['DEPEND', 'BDEPEND', 'RDEPEND', 'IDEPEND', 'PDEPEND'];

/**
 * How a parent asks for an atom in a root: every class of its that reaches the root and in which the atom stands, with the
 * conditions around it.
 */
export function mentions(
  run: Run,
  parent: Package,
  text: string,
  root: Root,
): { readonly class: DependencyClass; readonly atom: string; readonly conditions: readonly string[] }[] {
  const use = run.useOf(parent);
  const { running } = run.frozen;
  const reaches = (each: DependencyClass): boolean => {
    if (each === 'BDEPEND' || each === 'IDEPEND') return root === running;
    return root === parent.root || (each === 'DEPEND' && !parent.eapi.hasBdepend);
  };
  return classes.filter(reaches).flatMap((each) => {
    for (const { atom, conditions } of atomsOf(dependencyNode(run.frozen, parent, each), use)) {
      if (atom.text === text) return [{ class: each, atom: atom.text, conditions }];
    }
    return [];
  });
}

/** Edges of the graph in the words of the ebuilds; `position` is the place in the merge order. */
export function planEdges(run: Run, names: RootNames, position: ReadonlyMap<Package, number>): PlanEdge[] {
  const edges = new Map<string, PlanEdge>();
  for (const [child, pairs] of run.parentAtoms) {
    if (!run.graph.has(child)) continue;
    for (const { parent, atom } of pairs) {
      if (!(parent instanceof Package) || parent.isInstalled || !run.graph.has(parent)) continue;
      for (const mention of mentions(run, parent, asWritten(atom).text, child.root)) {
        const comesLater = (position.get(child) ?? -1) > (position.get(parent) ?? Number.POSITIVE_INFINITY);
        const from = nodeId(names(parent), parent);
        const to = nodeId(names(child), child);
        if (from === to) continue;
        const key = `${from}\n${to}\n${mention.class}\n${mention.atom}`;
        edges.set(key, { from, to, ...mention, soft: mention.class === 'PDEPEND' || comesLater });
      }
    }
  }
  return [...edges.values()].sort((a, b) => {
    const left = `${a.from}\n${a.to}\n${a.class}\n${a.atom}`;
    const right = `${b.from}\n${b.to}\n${b.class}\n${b.atom}`;
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

const purposes: Readonly<Record<DependencyClass, string>> = {
  DEPEND: 'needs it to be built',
  BDEPEND: 'runs it while it is built',
  RDEPEND: 'needs it to run',
  IDEPEND: 'runs it while it is installed',
  PDEPEND: 'needs it to run, some time after it is installed',
};

const none: ReadonlySet<string> = new Set();

/** One plain sentence: who wants the package. `outside`: what was asked for by others than the design. */
export function reasonOf(
  run: Run,
  pkg: Package,
  isRequested: (pkg: Package) => boolean,
  outside: ReadonlySet<string> = none,
): string {
  if (isRequested(pkg)) return 'Asked for by the design.';
  const pairs = [...(run.parentAtoms.get(pkg) ?? [])];
  if (
    pairs.some(
      ({ parent }) => parent instanceof Argument && [parent.name, `@${parent.name}`].some((each) => outside.has(each)),
    )
  )
    return 'Asked for by name in this prefix, outside the design.';
  if (pairs.some(({ parent }) => parent instanceof Argument)) return 'Part of every prefix.';
  const users = pairs
    .map(({ parent, atom }) => ({ parent, text: asWritten(atom).text }))
    .filter((pair): pair is { parent: Package; text: string } => pair.parent instanceof Package)
    .sort((a, b) => (a.parent.depth ?? 999) - (b.parent.depth ?? 999));
  const [first] = users;
  if (first === undefined) return 'Needed by the plan.';
  const [mention] = mentions(run, first.parent, first.text, pkg.root);
  const others = new Set(users.map(({ parent }) => parent)).size - 1;
  const more =
    others === 0 ? '' : others === 1 ? ', and 1 other package wants it' : `, and ${others} other packages want it`;
  return `${first.parent.cpv} ${mention === undefined ? 'needs it' : purposes[mention.class]}${more}.`;
}

export interface NodeFacts {
  readonly root: PlanRoot;
  readonly action: PlanAction;
  readonly requested: boolean;
  readonly step: number;
  readonly replaces: string | null;
  readonly reason: string;
}

/** What the product shows of a package. */
export function plannedPackage(run: Run, pkg: Package, facts: NodeFacts): PlannedPackage {
  const { candidate } = pkg;
  const use = run.useOf(pkg);
  const iuse = [...candidate.iuse.keys()].sort();
  return {
    id: nodeId(facts.root, pkg),
    cpv: pkg.cpv,
    category: pkg.category,
    pn: candidate.pn,
    version: pkg.version.text,
    slot: pkg.slot,
    subSlot: pkg.subSlot,
    repository: pkg.repository,
    eapi: pkg.eapi.name,
    use: iuse.filter((flag) => use.has(flag)),
    iuse,
    keywords: candidate.keywords.join(' '),
    license: candidate.license,
    description: candidate.description,
    ...facts,
  };
}
