import { describeOrigins, hasStoredBuilds, type PackageOrigin, type PlanOrigins } from '../../engine/index';
import type { HostFacts } from '../../plan/host-facts';
import type { OpenedDesign } from '../../plan/open-design';
import { equalBinary } from '../../plan/refine-plan';
import type { Plan, PlannedPackage } from '../../resolve/plan';
import { executeRequestOf } from './embedded-engine';

const unasked: HostFacts = { hostProvided: [], hostNames: {} };

/**
 * Where the packages of a plan would come from, by the keys that a build of it has. They name all that the host has, so a tree
 * that is read as it is asked for is read to its end, unless nothing was built that a key could name. Changes nothing.
 */
export async function originsOf(opened: OpenedDesign, plan: Plan, home: string): Promise<PlanOrigins> {
  const options = { home, onlyLooks: true, emit: () => {} } as const;
  if (opened.reading) {
    const request = executeRequestOf(opened, plan, { ...options, host: unasked });
    if (!(await hasStoredBuilds(request))) return describeOrigins(request);
    await opened.reading.readAll();
  }
  return describeOrigins(executeRequestOf(opened, plan, options));
}

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
