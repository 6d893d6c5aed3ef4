import type { PlannedPackage } from '../resolve/plan';
import type { Provider, RestsOn, StageReport } from './bootstrap-report';
import { type BootstrapRole, type BootstrapStage, bootstrapRoles, roleOfPackage } from './bootstrap-stages';

/** What of staging fills which role after some stages. */
export type Standing = Readonly<Partial<Record<BootstrapRole, Provider & { place: 'staging' }>>>;

const record = <T>(value: (role: BootstrapRole) => T): Record<BootstrapRole, T> =>
  Object.fromEntries(bootstrapRoles.map((role) => [role, value(role)])) as Record<BootstrapRole, T>;

/** What a stage stands on: its rules say where to look, `standing` what is there. */
export function restsOn(
  stage: BootstrapStage,
  host: Readonly<Record<BootstrapRole, Provider>>,
  standing: Standing,
): RestsOn {
  // what is compiled for the host is linked against the host, whatever staging has
  const isHostProgram = stage.dependencies === 'host';
  return record((role): Provider | null => {
    if (role === 'compiler') return stage.compiler === 'host' ? host.compiler : (standing.compiler ?? host.compiler);
    if (role === 'linker') return stage.linker === 'host' ? host.linker : (standing.linker ?? host.linker);
    if (stage.sysroot === 'host') return host[role];
    const found = standing[role];
    if (found) return found;
    // a compiler brings its own run-time libraries until staging has some
    return role === 'cxx-runtime' && (stage.compiler === 'host' || isHostProgram) ? host[role] : null;
  });
}

/** What fills the roles after these packages were merged. */
export function standingAfter(before: Standing, stage: BootstrapStage, packages: readonly PlannedPackage[]): Standing {
  const after: Partial<Record<BootstrapRole, Provider & { place: 'staging' }>> = { ...before };
  for (const pkg of packages) {
    const found = roleOfPackage[`${pkg.category}/${pkg.pn}`];
    if (!found || pkg.root !== 'staging') continue;
    for (const role of found.roles) {
      // its run-time libraries are linked against the C library, so that has to be there before
      if (role === 'cxx-runtime' && !found.isCopy && !before.libc) continue;
      after[role] = { place: 'staging', cpv: pkg.cpv, stage: stage.id, isCopy: found.isCopy === true };
    }
  }
  return after;
}

/** The compiler of a package, the compiler of that compiler, … down to the host's or to one whose maker is unknown. */
export function madeBy(provider: Provider, stages: readonly StageReport[]): Provider[] {
  const line: Provider[] = [];
  let at: Provider | null = provider;
  while (at?.place === 'staging') {
    const { stage }: { stage: string } = at;
    at = stages.find(({ id }) => id === stage)?.restsOn?.compiler ?? null;
    if (at === null || line.length > stages.length) break;
    line.push(at);
  }
  return line;
}
