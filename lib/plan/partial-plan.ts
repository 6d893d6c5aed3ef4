import { type Atom, matchesAtom, parseVersion, tryParseAtom } from '../pms';
import type { Plan, PlannedPackage } from '../resolve/plan';

/** Does an atom take a planned package, whatever its USE flags? */
export function takesPlanned(atom: Atom, pkg: PlannedPackage): boolean {
  const { category, pn, version, slot, subSlot, repository } = pkg;
  const qualifiedName = `${category}/${pn}`;
  return matchesAtom(atom, { qualifiedName, version: parseVersion(version), slot, subSlot, repository });
}

/** Does a request as written, with its category, mean this package? */
export function meansPackage(request: string, pkg: PlannedPackage): boolean {
  const atom = tryParseAtom(request, { allowRepository: true });
  return atom !== null && takesPlanned(atom, pkg);
}

const isWork = ({ action }: PlannedPackage): boolean => ['build', 'reuse', 'install'].includes(action);

/**
 * The part of a plan that merges these packages with all that they need, in both roots. What goes away in the whole plan
 * goes only where it cannot stand beside something of the part. `wanted` null: everything is merged, nothing else goes.
 */
export function partOfPlan(plan: Plan, wanted: ((pkg: PlannedPackage) => boolean) | null): Plan {
  const needs = new Map<string, string[]>();
  const add = (from: string, to: string): void => void needs.set(from, [...(needs.get(from) ?? []), to]);
  for (const { from, to } of plan.edges) add(from, to);
  for (const { id, root, cpv } of plan.packages) if (root === 'final') add(id, `staging|${cpv}`);
  const chosen = plan.packages.filter((pkg) => pkg.action !== 'remove' && (wanted === null || wanted(pkg)));
  const part = new Set(chosen.map(({ id }) => id));
  for (const id of part) for (const next of needs.get(id) ?? []) part.add(next);
  const stays = (pkg: PlannedPackage): boolean => {
    if (pkg.action === 'remove') return pkg.blockedBy !== undefined && part.has(pkg.blockedBy);
    return !isWork(pkg) || part.has(pkg.id);
  };
  return { ...plan, packages: plan.packages.filter(stays) };
}

/** What a plan takes away, and nothing else of it. */
export function removalsOf(plan: Plan, wanted: (pkg: PlannedPackage) => boolean = () => true): Plan {
  return { ...plan, packages: plan.packages.filter((pkg) => pkg.action === 'remove' && wanted(pkg)) };
}
