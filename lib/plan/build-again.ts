import type { Plan, PlannedPackage } from '../resolve/plan';
import { PlanError } from './errors';

/**
 * The plan with packages of staging compiled anew, whatever was built before, and installed anew into final. `names`: of a package
 * each, with or without category and version. Throws NAME_UNKNOWN for one that staging does not have.
 */
export function withBuiltAgain(plan: Plan, names: readonly string[]): Plan {
  const means = (name: string, { cpv, category, pn, root }: PlannedPackage): boolean =>
    root === 'staging' && [cpv, cpv.slice(category.length + 1), `${category}/${pn}`, pn].includes(name);
  for (const name of names) {
    if (plan.packages.some((pkg) => pkg.action !== 'remove' && means(name, pkg))) continue;
    throw new PlanError('NAME_UNKNOWN', `the plan has no package \`${name}\` that is built`, {
      hint: '`prefix-studio plan` lists those that it has, below “staging”.',
    });
  }
  return builtAgain(plan, (pkg) => names.some((name) => means(name, pkg)));
}

/** The same with those that `isMeant` says. */
export function builtAgain(plan: Plan, isMeant: (pkg: PlannedPackage) => boolean): Plan {
  const anew = new Set<string>();
  const staged = plan.packages.map((pkg): PlannedPackage => {
    if (pkg.root !== 'staging' || !['keep', 'reuse', 'build'].includes(pkg.action) || !isMeant(pkg)) return pkg;
    anew.add(pkg.cpv);
    return { ...pkg, action: 'build', isAnew: true, reason: `${pkg.reason} Built again, as asked.` };
  });
  const packages = staged.map((pkg): PlannedPackage => {
    if (pkg.root !== 'final' || pkg.action !== 'keep' || !anew.has(pkg.cpv)) return pkg;
    return { ...pkg, action: 'install' };
  });
  return { ...plan, packages };
}
