import type { Plan } from '@/lib/resolve/plan';

export interface PlanDelta {
  /** node ids only in the second plan */
  readonly added: readonly string[];
  /** node ids only in the first */
  readonly removed: readonly string[];
  /** in both, with other USE flags */
  readonly rebuilt: readonly string[];
}

/** What changes from one plan to another, as a set of packages. */
export function comparePlans(before: Plan, after: Plan): PlanDelta {
  const old = new Map(before.packages.map((entry) => [entry.id, entry.use.join(' ')]));
  const now = new Map(after.packages.map((entry) => [entry.id, entry.use.join(' ')]));
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !now.has(id)),
    rebuilt: [...now].filter(([id, use]) => old.has(id) && old.get(id) !== use).map(([id]) => id),
  };
}
