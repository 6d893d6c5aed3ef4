import { describeOrigins, type PackageOrigin, type PlanOrigins } from '../engine/index';
import type { OpenedDesign } from '../plan/open-design';
import type { Plan } from '../resolve/plan';
import { executeRequestOf } from './embedded-engine';

/** Where the packages of a plan would come from. Changes nothing. */
export const originsOf = (opened: OpenedDesign, plan: Plan, home: string): Promise<PlanOrigins> =>
  describeOrigins(executeRequestOf(opened, plan, { home, onlyLooks: true, emit: () => {} }));

/** The plan without the packages that need no sources, because somebody built them already. */
export function compiledOnly(plan: Plan, { packages }: PlanOrigins): Plan {
  const atHand = new Set(packages.filter(({ origin }) => isAtHand(origin)).map(({ id }) => id));
  return { ...plan, packages: plan.packages.filter(({ id }) => !atHand.has(id)) };
}

const isAtHand = (origin: PackageOrigin): boolean => (origin.kind === 'own' ? origin.isHere : origin.kind !== 'source');
