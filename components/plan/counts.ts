import type { Plan, PlannedPackage, PlanRoot } from '@/lib/resolve/plan';

export const planRoots: readonly PlanRoot[] = ['host', 'staging', 'final'];

export interface PlanCounts {
  /** compiled from source into staging */
  readonly build: number;
  /** taken from an equal binary package */
  readonly reuse: number;
  /** copied into final */
  readonly install: number;
  /** there already, or on the host */
  readonly kept: number;
  readonly remove: number;
}

const kinds: Readonly<Record<PlannedPackage['action'], keyof PlanCounts>> = {
  build: 'build',
  reuse: 'reuse',
  install: 'install',
  keep: 'kept',
  provided: 'kept',
  remove: 'remove',
};

export function countPlan(plan: Plan): PlanCounts {
  const counts = { build: 0, reuse: 0, install: 0, kept: 0, remove: 0 };
  for (const entry of plan.packages) counts[kinds[entry.action]]++;
  return counts;
}

/** What the build button says: what will happen when it is pressed. `isPossible`: nothing is in the way. */
export function buildLabel(plan: Plan, isPossible: boolean): string {
  if (!isPossible) return 'Build: what is missing';
  const { build, reuse, install, remove } = countPlan(plan);
  const plural = (number: number): string => (number === 1 ? 'package' : 'packages');
  if (build > 0) return `Build ${build} ${plural(build)}`;
  if (remove > 0 && reuse + install === 0) return `Remove ${remove} ${plural(remove)}`;
  if (reuse + install > 0) return `Assemble from ${reuse + install} built ${plural(reuse + install)}`;
  return 'Prove and pack again';
}

/** One sentence on what a build will do. */
export function planSentence(plan: Plan): string {
  const { build, reuse, remove } = countPlan(plan);
  const kept = plan.packages.filter((entry) => entry.root === 'staging' && kinds[entry.action] === 'kept').length;
  const count = (root: PlanRoot): number =>
    plan.packages.filter((entry) => entry.root === root && entry.action !== 'remove').length;
  const parts = [
    build > 0 && `${build} to build`,
    reuse > 0 && `${reuse} reused`,
    kept > 0 && `${kept} already there`,
  ].filter((part) => part !== false);
  const detail = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  const gone = remove > 0 ? `, ${remove} removed` : '';
  return `${count('staging')} in staging${detail}, ${count('final')} ship in final${gone}`;
}
