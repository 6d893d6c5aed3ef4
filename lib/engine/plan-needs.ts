import type { Plan } from '../resolve/plan';

/** Hard edges by package: what it waits for. A package of final waits for its build in staging too. */
export function needsOf(plan: Pick<Plan, 'packages' | 'edges'>): ReadonlyMap<string, readonly string[]> {
  const needs = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    if (from !== to) needs.set(from, (needs.get(from) ?? new Set()).add(to));
  };
  for (const edge of plan.edges) if (!edge.soft) add(edge.from, edge.to);
  const staged = new Map(plan.packages.filter(({ root }) => root === 'staging').map((pkg) => [pkg.cpv, pkg.id]));
  for (const pkg of plan.packages) {
    const twin = pkg.root === 'final' ? staged.get(pkg.cpv) : undefined;
    if (twin !== undefined) add(pkg.id, twin);
  }
  return new Map([...needs].map(([id, set]) => [id, [...set]]));
}

/** One of `wanted` that a package waits for, over however many others; null: none. */
export function neededAmong(
  needs: ReadonlyMap<string, readonly string[]>,
  id: string,
  wanted: ReadonlySet<string>,
): string | null {
  const seen = new Set([id]);
  for (const each of seen) {
    if (each !== id && wanted.has(each)) return each;
    for (const next of needs.get(each) ?? []) seen.add(next);
  }
  return null;
}
