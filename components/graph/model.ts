import type { DependencyClass } from '@/lib/pms/dependency-class';
import type { Plan, PlannedPackage, PlanRoot } from '@/lib/resolve/plan';

/** At most this many items are drawn before anything is expanded. */
export const firstViewLimit = 60;

export type GraphItem =
  | { readonly kind: 'package'; readonly id: string; readonly lane: PlanRoot; readonly entry: PlannedPackage }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly lane: PlanRoot;
      readonly label: string;
      readonly members: readonly PlannedPackage[];
    };

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly classes: readonly DependencyClass[];
  /** how many edges of the plan it stands for */
  readonly count: number;
  /** follows from a longer way over other drawn edges, so it is left out until one of its ends is selected */
  readonly implied: boolean;
}

export interface GraphModel {
  readonly items: readonly GraphItem[];
  readonly edges: readonly GraphEdge[];
  /** drawn item of each package of the plan */
  readonly itemOf: ReadonlyMap<string, string>;
}

export const groupId = (lane: PlanRoot, label: string): string => `group:${lane}|${label}`;

/**
 * What is drawn of a plan: single packages while there are few, else groups by category. Packages that were asked for
 * and the members of `expanded` groups stand alone.
 */
export function buildGraph(
  plan: Plan,
  options: {
    readonly lanes: readonly PlanRoot[];
    readonly expanded: ReadonlySet<string>;
    readonly classes: ReadonlySet<DependencyClass>;
  },
): GraphModel {
  const shown = plan.packages.filter((entry) => options.lanes.includes(entry.root) && entry.action !== 'remove');
  const mustGroup = shown.length > firstViewLimit;
  const items: GraphItem[] = [];
  const itemOf = new Map<string, string>();
  const groups = new Map<string, { lane: PlanRoot; label: string; members: PlannedPackage[] }>();
  for (const entry of shown) {
    const id = groupId(entry.root, entry.category);
    if (!mustGroup || entry.requested || options.expanded.has(id)) {
      items.push({ kind: 'package', id: entry.id, lane: entry.root, entry });
      itemOf.set(entry.id, entry.id);
    } else {
      const group = groups.get(id) ?? { lane: entry.root, label: entry.category, members: [] };
      group.members.push(entry);
      groups.set(id, group);
    }
  }
  for (const [id, group] of groups) {
    const [only] = group.members;
    if (group.members.length === 1 && only) {
      items.push({ kind: 'package', id: only.id, lane: group.lane, entry: only });
      itemOf.set(only.id, only.id);
    } else {
      items.push({ kind: 'group', id, ...group });
      for (const member of group.members) itemOf.set(member.id, id);
    }
  }
  return { items, edges: drawnEdges(plan, itemOf, options.classes), itemOf };
}

function drawnEdges(
  plan: Plan,
  itemOf: ReadonlyMap<string, string>,
  classes: ReadonlySet<DependencyClass>,
): GraphEdge[] {
  const merged = new Map<string, { from: string; to: string; classes: Set<DependencyClass>; count: number }>();
  for (const edge of plan.edges) {
    const from = itemOf.get(edge.from);
    const to = itemOf.get(edge.to);
    if (!from || !to || from === to || !classes.has(edge.class)) continue;
    const id = `${from} → ${to}`;
    const known = merged.get(id) ?? { from, to, classes: new Set(), count: 0 };
    known.classes.add(edge.class);
    known.count++;
    merged.set(id, known);
  }
  const implied = impliedEdges([...merged.entries()].map(([id, { from, to }]) => ({ id, from, to })));
  return [...merged].map(([id, { from, to, classes: held, count }]) => ({
    id,
    from,
    to,
    classes: [...held],
    count,
    implied: implied.has(id),
  }));
}

/** Ids of edges whose two ends are joined by a longer way as well. Edges inside a cycle are never left out. */
export function impliedEdges(
  edges: readonly { readonly id: string; readonly from: string; readonly to: string }[],
): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const reach = (start: string, avoid: string | null): Set<string> => {
    const seen = new Set<string>();
    const stack = (next.get(start) ?? []).filter((to) => to !== avoid);
    while (stack.length > 0) {
      const at = stack.pop()!;
      if (seen.has(at)) continue;
      seen.add(at);
      stack.push(...(next.get(at) ?? []));
    }
    return seen;
  };
  const implied = new Set<string>();
  for (const { id, from, to } of edges) {
    if ((next.get(from) ?? []).length < 2) continue;
    if (reach(from, to).has(to) && !reach(to, null).has(from)) implied.add(id);
  }
  return implied;
}
