import type { Plan, PlanEdge, PlannedPackage } from '@/lib/resolve/plan';

/** The questions a person asks of one package of a plan. Built once per plan. */
export interface PlanIndex {
  readonly byId: ReadonlyMap<string, PlannedPackage>;
  /** edges that lead to a package: who needs it */
  readonly into: ReadonlyMap<string, readonly PlanEdge[]>;
  /** edges that leave it: what it needs */
  readonly outOf: ReadonlyMap<string, readonly PlanEdge[]>;
}

export function indexPlan(plan: Plan): PlanIndex {
  const into = new Map<string, PlanEdge[]>();
  const outOf = new Map<string, PlanEdge[]>();
  const push = (map: Map<string, PlanEdge[]>, key: string, edge: PlanEdge) => {
    const list = map.get(key);
    if (list) list.push(edge);
    else map.set(key, [edge]);
  };
  for (const edge of plan.edges) {
    push(into, edge.to, edge);
    push(outOf, edge.from, edge);
  }
  return { byId: new Map(plan.packages.map((entry) => [entry.id, entry])), into, outOf };
}

/** The shortest way from something that was asked for down to `id`, request first; empty when `id` itself was asked for. */
export function shortestPath(index: PlanIndex, id: string): readonly PlanEdge[] {
  const start = index.byId.get(id);
  if (!start || start.requested) return [];
  const cameBy = new Map<string, PlanEdge>();
  const seen = new Set([id]);
  let front = [id];
  while (front.length > 0) {
    const next: string[] = [];
    for (const current of front) {
      for (const edge of index.into.get(current) ?? []) {
        if (seen.has(edge.from)) continue;
        seen.add(edge.from);
        cameBy.set(edge.from, edge);
        if (index.byId.get(edge.from)?.requested) return unroll(cameBy, edge.from, id);
        next.push(edge.from);
      }
    }
    front = next;
  }
  return [];
}

function unroll(cameBy: ReadonlyMap<string, PlanEdge>, from: string, to: string): PlanEdge[] {
  const path: PlanEdge[] = [];
  for (let at = from; at !== to; ) {
    const edge = cameBy.get(at);
    if (!edge) return path;
    path.push(edge);
    at = edge.to;
  }
  return path;
}

/** Every way from a request down to `id` without walking in circles, shortest first, at most `limit`. */
export function allPaths(index: PlanIndex, id: string, limit = 20): readonly (readonly PlanEdge[])[] {
  const found: PlanEdge[][] = [];
  let front: { at: string; path: PlanEdge[] }[] = [{ at: id, path: [] }];
  let steps = 0;
  while (front.length > 0 && found.length < limit && steps < 5000) {
    const next: typeof front = [];
    for (const { at, path } of front) {
      for (const edge of index.into.get(at) ?? []) {
        if (++steps > 5000) break;
        if (edge.from === id || path.some((hop) => hop.to === edge.from || hop.from === edge.from)) continue;
        const longer = [edge, ...path];
        if (index.byId.get(edge.from)?.requested) found.push(longer);
        else next.push({ at: edge.from, path: longer });
      }
    }
    front = next;
  }
  return found.slice(0, limit);
}
