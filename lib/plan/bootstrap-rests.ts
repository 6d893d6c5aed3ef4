import { boards } from '../layout/names';
import type { PlannedPackage } from '../resolve/plan';
import type { Provider, RestsOn, StageReport } from './bootstrap-report';
import {
  type BootstrapRole,
  type BootstrapStage,
  type BootstrapWay,
  bootstrapRoles,
  roleOfPackage,
} from './bootstrap-stages';
import type { OpenedDesign } from './open-design';

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

/** The host's own tool chain, by role. On the SDK the newest installed one counts: crossdev follows its version. */
export function hostToolChain(opened: OpenedDesign, way: BootstrapWay): Readonly<Record<BootstrapRole, Provider>> {
  const { host, design } = opened;
  const { chost } = boards[design.board];
  const find = (name: string): Provider => {
    const [category, pn] = name.split('/') as [string, string];
    const native = host.installed(name)[0];
    if (way !== 'cross') return { place: 'host', cpv: native?.cpv ?? null };
    const cross = `cross-${chost}/${pn}`;
    const installed = host.installed(cross)[0];
    if (installed) return { place: 'host', cpv: installed.cpv };
    return { place: 'host', cpv: native ? native.cpv.replace(`${category}/`, `cross-${chost}/`) : null };
  };
  return {
    compiler: find('sys-devel/gcc'),
    linker: find('sys-devel/binutils'),
    libc: find('sys-libs/glibc'),
    'kernel-headers': find('sys-kernel/linux-headers'),
    'cxx-runtime': find('sys-devel/gcc'),
  };
}
