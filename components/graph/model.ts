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
  /** leads to a hub, so it is left out until one of its ends is selected or hubs are shown */
  readonly toHub: boolean;
  /** follows from a longer way over other drawn edges, so it is left out until one of its ends is selected */
  readonly implied: boolean;
}

export interface GraphModel {
  readonly items: readonly GraphItem[];
  readonly edges: readonly GraphEdge[];
  /** drawn item of each package of the plan */
  readonly itemOf: ReadonlyMap<string, string>;
  /** items that nearly everything needs, and how many need them: the tool chain, libc */
  readonly hubs: ReadonlyMap<string, number>;
}

/** The group of what was asked for, when that is much. */
export const askedFor = 'asked for';
const mostRequests = 8;

/** An item is a hub when this many items of its place need it, and at least this share of them. */
const hubNeeds = { least: 6, share: 0.2 } as const;

export const groupId = (lane: PlanRoot, label: string): string => `group:${lane}|${label}`;

/**
 * What is drawn of a plan: single packages while there are few, else groups by category. Packages that were asked for
 * and the members of `expanded` groups stand alone; many requests are a group too. `only` draws just these packages,
 * each alone.
 */
export function buildGraph(
  plan: Plan,
  options: {
    readonly lanes: readonly PlanRoot[];
    readonly expanded: ReadonlySet<string>;
    readonly classes: ReadonlySet<DependencyClass>;
    readonly only?: ReadonlySet<string>;
  },
): GraphModel {
  const { only } = options;
  const shown = plan.packages.filter(
    (entry) => options.lanes.includes(entry.root) && entry.action !== 'remove' && (only?.has(entry.id) ?? true),
  );
  const mustGroup = shown.length > firstViewLimit && only === undefined;
  const requests = (lane: PlanRoot): number => shown.filter((entry) => entry.root === lane && entry.requested).length;
  const many = new Set(options.lanes.filter((lane) => requests(lane) > mostRequests));
  const items: GraphItem[] = [];
  const itemOf = new Map<string, string>();
  const groups = new Map<string, { lane: PlanRoot; label: string; members: PlannedPackage[] }>();
  for (const entry of shown) {
    const isAsked = entry.requested && many.has(entry.root);
    const label = isAsked ? askedFor : entry.category;
    const id = groupId(entry.root, label);
    if (!mustGroup || (entry.requested && !isAsked) || options.expanded.has(id)) {
      items.push({ kind: 'package', id: entry.id, lane: entry.root, entry });
      itemOf.set(entry.id, entry.id);
    } else {
      const group = groups.get(id) ?? { lane: entry.root, label, members: [] };
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
  const edges = drawnEdges(plan, itemOf, options.classes);
  const hubs = findHubs(items, edges);
  return { items, edges: edges.map((edge) => ({ ...edge, toHub: hubs.has(edge.to) })), itemOf, hubs };
}

function findHubs(
  items: readonly GraphItem[],
  edges: readonly { readonly from: string; readonly to: string }[],
): ReadonlyMap<string, number> {
  const laneOf = new Map(items.map((item) => [item.id, item.lane]));
  const needs = new Map<string, number>();
  for (const { from, to } of edges) {
    if (laneOf.get(from) === laneOf.get(to)) needs.set(to, (needs.get(to) ?? 0) + 1);
  }
  return new Map(
    [...needs].filter(([id, count]) => {
      const inLane = items.filter((item) => item.lane === laneOf.get(id)).length;
      return count >= hubNeeds.least && count >= hubNeeds.share * inLane;
    }),
  );
}

/** Packages around one: what it needs and who needs it, up to `hops` away, nearest first, at most `most`. */
export function neighbourhood(plan: Plan, id: string, hops = 2, most = 60): ReadonlySet<string> {
  const found = new Set([id]);
  const walk = (next: ReadonlyMap<string, readonly string[]>): void => {
    let front = [id];
    for (let hop = 0; hop < hops; hop++) {
      const further: string[] = [];
      for (const at of front) {
        for (const to of next.get(at) ?? []) {
          if (found.has(to)) continue;
          if (found.size >= most) return;
          found.add(to);
          further.push(to);
        }
      }
      front = further;
    }
  };
  const out = new Map<string, string[]>();
  const into = new Map<string, string[]>();
  for (const { from, to } of plan.edges) {
    out.set(from, [...(out.get(from) ?? []), to]);
    into.set(to, [...(into.get(to) ?? []), from]);
  }
  walk(into);
  walk(out);
  return found;
}

function drawnEdges(
  plan: Plan,
  itemOf: ReadonlyMap<string, string>,
  classes: ReadonlySet<DependencyClass>,
): Omit<GraphEdge, 'toHub'>[] {
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
