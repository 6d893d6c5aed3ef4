import type { PrefixSummary } from '@/lib/api/wire';
import type { Plan, PlanRoot } from '@/lib/resolve/plan';
import type { FourPlaces } from './four-place-bar';

const present = (plan: Plan, root: PlanRoot): number =>
  plan.packages.filter((entry) => entry.root === root && entry.action !== 'remove').length;

/** What a plan puts where. Sizes are known only after a build, the image only after packing. */
export function figuresOfPlan(plan: Plan | null, imageBytes: number | null): FourPlaces {
  const of = (root: PlanRoot) => ({ packages: plan ? present(plan, root) : null, bytes: null });
  return { host: of('host'), staging: of('staging'), final: of('final'), image: { packages: null, bytes: imageBytes } };
}

/** What lies where now, from the installed packages of a prefix. The host is borrowed, so nothing of it is counted. */
export function figuresOfPrefix(prefix: PrefixSummary): FourPlaces {
  return {
    host: { packages: null, bytes: null },
    staging: { packages: prefix.installed.staging, bytes: null },
    final: { packages: prefix.installed.final, bytes: null },
    image: { packages: null, bytes: prefix.image?.sizeBytes ?? null },
  };
}
