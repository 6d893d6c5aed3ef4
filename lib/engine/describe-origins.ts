import { isStudioError } from '../errors';
import type { PlannedPackage } from '../resolve/plan';
import { PlanKeys } from './plan-keys';
import type { BuiltWith } from './prebuilt/prebuilt-index';
import { RunContext } from './run-context';
import type { ExecuteRequest } from './run-request';

/** Where a build would take a package of staging from. */
export type PackageOrigin =
  /** a binary package of this prefix, equal in everything */
  | { readonly kind: 'here' }
  /** built earlier, for this or another prefix, and rewritten for this path */
  | { readonly kind: 'shared' }
  | { readonly kind: 'prebuilt'; readonly place: string; readonly builtWith: BuiltWith; readonly sizeBytes: number }
  /**
   * `reason`: why the one that somebody built is not taken; `change`: why the one built here is not; clauses about the package.
   * `configuration`: files of the user below `etc/portage` that take part: prefixes with the same ones share it; absent: none
   */
  | {
      readonly kind: 'source';
      readonly reason: string | null;
      readonly change?: string;
      readonly configuration?: readonly string[];
    }
  /** compiled for this path alone; `reason` is a clause about the package */
  | { readonly kind: 'own'; readonly reason: string; readonly isHere: boolean };

export interface PlanOrigins {
  readonly packages: readonly { readonly id: string; readonly cpv: string; readonly origin: PackageOrigin }[];
  /** what is wrong with places of prebuilt packages; one sentence each */
  readonly troubles: readonly string[];
}

/** Tells for each package that staging gets from where it would come, and why it is not one that prefixes share. Changes nothing. */
export async function describeOrigins(request: ExecuteRequest): Promise<PlanOrigins> {
  const context = new RunContext(request);
  const keys = new PlanKeys(context, true);
  const packages: { id: string; cpv: string; origin: PackageOrigin }[] = [];
  for (const pkg of context.packages('staging', 'build', 'reuse')) {
    try {
      packages.push({ id: pkg.id, cpv: pkg.cpv, origin: await originOf(pkg, keys) });
    } catch (error) {
      // told when the package itself comes to it
      if (!isStudioError(error)) throw error;
    }
  }
  return { packages, troubles: context.prebuilt?.troubles ?? [] };
}

/**
 * Is there anything that the key of a package of the plan could name: a build of that version, for this path or for any, or
 * the mark that it fits one path only? Where there is nothing, no key decides where a package comes from.
 */
export async function hasStoredBuilds(request: ExecuteRequest): Promise<boolean> {
  const { store, shared } = new RunContext(request);
  const cpvs = new Set(request.plan.packages.flatMap(({ root, cpv }) => (root === 'staging' ? [cpv] : [])));
  for (const cpv of cpvs) {
    for (const one of [store, shared?.packages]) if (((await one?.builds(cpv)) ?? []).length > 0) return true;
  }
  return shared?.marked().some((cpv) => cpvs.has(cpv)) ?? false;
}

async function originOf(pkg: PlannedPackage, keys: PlanKeys): Promise<PackageOrigin> {
  const isHere = (await keys.findStored(pkg)) !== null;
  const sharing = await keys.sharingOf(pkg);
  if (sharing.kind === 'own') return { kind: 'own', reason: sharing.reason, isHere };
  if (isHere) return { kind: 'here' };
  if (sharing.prebuilt) {
    const { entry, place } = sharing.prebuilt;
    return { kind: 'prebuilt', place, builtWith: entry.builtWith, sizeBytes: entry.sizeBytes };
  }
  if (await keys.findShared(pkg)) return { kind: 'shared' };
  const change = await keys.hostChangeOf(pkg);
  const configuration = keys.configurationOf(pkg).map(({ path }) => path);
  return {
    kind: 'source',
    reason: sharing.prebuiltReason ?? null,
    ...(change === null ? {} : { change }),
    ...(configuration.length === 0 ? {} : { configuration }),
  };
}
