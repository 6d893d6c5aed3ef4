import { describeOrigins, type PackageOrigin, type PlanOrigins } from '../engine/index';
import type { OpenedDesign } from '../plan/open-design';
import { equalBinary } from '../plan/refine-plan';
import type { Plan, PlannedPackage } from '../resolve/plan';
import { executeRequestOf } from './embedded-engine';

/** Where the packages of a plan would come from. Changes nothing. */
export const originsOf = (opened: OpenedDesign, plan: Plan, home: string): Promise<PlanOrigins> =>
  describeOrigins(executeRequestOf(opened, plan, { home, onlyLooks: true, emit: () => {} }));

/**
 * A plan that says `reuse` where a build would: records tell less than build keys, which know of eclasses, tools and content.
 * What is compiled anew is also installed anew into final.
 */
export function settledBy(plan: Plan, { packages }: PlanOrigins): Plan {
  const compiled = new Set(packages.filter(({ origin }) => !isAtHand(origin)).map(({ id }) => id));
  const anew = new Set<string>();
  const staged = plan.packages.map((pkg): PlannedPackage => {
    if (pkg.action !== 'reuse' || !compiled.has(pkg.id)) return pkg;
    anew.add(pkg.cpv);
    return { ...pkg, action: 'build', reason: pkg.reason.replace(equalBinary, otherBinary) };
  });
  if (anew.size === 0) return plan;
  const settled = staged.map((pkg): PlannedPackage => {
    if (pkg.root !== 'final' || pkg.action !== 'keep' || !anew.has(pkg.cpv)) return pkg;
    return { ...pkg, action: 'install' };
  });
  return { ...plan, packages: settled };
}

const otherBinary =
  'The binary package does not fit: an eclass, a source, a tool or something it is built with has changed.';

/** The same, asking only where the plan reuses something. */
export async function settledPlan(opened: OpenedDesign, plan: Plan, home: string): Promise<Plan> {
  if (!plan.packages.some(({ action }) => action === 'reuse')) return plan;
  return settledBy(plan, await originsOf(opened, plan, home));
}

/** The plan without the packages that need no sources, because somebody built them already. */
export function compiledOnly(plan: Plan, { packages }: PlanOrigins): Plan {
  const atHand = new Set(packages.filter(({ origin }) => isAtHand(origin)).map(({ id }) => id));
  return { ...plan, packages: plan.packages.filter(({ id }) => !atHand.has(id)) };
}

const isAtHand = (origin: PackageOrigin): boolean => (origin.kind === 'own' ? origin.isHere : origin.kind !== 'source');
