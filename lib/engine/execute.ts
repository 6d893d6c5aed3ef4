import type { DiskError } from '../host/disk-error';
import { criticalPath } from '../layout/critical-path';
import type { BuildPhase, RunEmitter, RunPackage } from '../layout/events';
import type { ProfileBashrc } from '../repo/profile-bashrc';
import type { Plan, PlannedPackage } from '../resolve/plan';
import type { BuildLimits } from './build-limits';
import type { ConfigProtection } from './config-protect';
import type { DescribeEbuild } from './ebuild-facts';
import { FinalRun } from './final-run';
import type { SourceSettings } from './open-fetcher';
import type { RunEbuildPhases } from './phase-contract';
import { needsOf } from './plan-needs';
import type { PrebuiltSettings } from './prebuilt/prebuilt-packages';
import { lockPrefix, type PrefixPlace } from './prefix-place';
import { recoverPrefix } from './recover-prefix';
import { removePackages } from './removal-run';
import { RunContext } from './run-context';
import { StagingRun } from './staging-run';
import type { WorldWish } from './world';

export interface ExecuteRequest {
  readonly plan: Plan;
  readonly place: PrefixPlace;
  /** ebuild and configuration of a package that is to be built */
  readonly describe: DescribeEbuild;
  readonly distDir: string;
  /** folder for the index of the host's source archive */
  readonly cacheDir: string;
  /** where sources come from besides where ebuilds say */
  readonly sources?: SourceSettings;
  /** INSTALL_MASK of final */
  readonly installMask?: readonly string[];
  readonly protection?: ConfigProtection;
  /** what the world of each root shall name; absent: it is left as it is */
  readonly world?: { readonly staging: WorldWish; readonly final: WorldWish };
  /** `category/PF:slot` that the build machine provides; for `has_version -b` */
  readonly hostProvided?: readonly string[];
  /** other names of programs of the build machine: name -> absolute path */
  readonly hostNames?: Readonly<Record<string, string>>;
  /** bash of the profile that is run before each phase of a merge; default: none */
  readonly bashrcs?: readonly ProfileBashrc[];
  /** how much of the machine may be used */
  readonly limits?: BuildLimits;
  /** what earlier runs tell of a package: time, ms, and most memory, bytes */
  readonly expected?: (pkg: PlannedPackage) => ExpectedCost | null;
  /** compile cache: its program, a folder that no other prefix uses, and one for packages that prefixes share; absent: none */
  readonly compileCache?: { readonly program: string; readonly folder: string; readonly sharedFolder: string };
  /** folder of the packages that all prefixes of this data folder share; absent: none are shared */
  readonly sharedDir?: string;
  /** where packages are that others built for any path; absent: everything is built here */
  readonly prebuilt?: PrebuiltSettings;
  readonly keepGoing?: boolean;
  /** which halves to do; default: both */
  readonly stages?: 'both' | 'staging' | 'final';
  readonly signal?: AbortSignal;
  readonly emit: RunEmitter;
  /** the caller holds the prefix's lock */
  readonly isLocked?: boolean;
  readonly runPhases?: RunEbuildPhases;
}

/** What a package needed when it was built before. */
export interface ExpectedCost {
  readonly durationMs: number;
  readonly peakRssBytes: number | null;
}

export interface FailedPackage {
  readonly id: string;
  readonly phase: BuildPhase;
  readonly message: string;
  /** what the disk refused, when that was the reason */
  readonly trouble: DiskError | null;
}

export type RunOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failures: readonly FailedPackage[] }
  | { readonly kind: 'cancelled' };

const isWork = ({ action }: PlannedPackage): boolean => ['build', 'reuse', 'install', 'remove'].includes(action);

/** The packages of a plan that a run has to do something for, as the `planned` event lists them. */
export function runPackages(
  plan: Plan,
  expectedMs: (pkg: PlannedPackage) => number | null = () => null,
): readonly RunPackage[] {
  const listed = new Set(plan.packages.filter(isWork).map(({ id }) => id));
  const needs = needsOf(plan);
  const times = new Map(plan.packages.map((pkg) => [pkg.id, expectedMs(pkg)]));
  const costMs = (id: string): number => times.get(id) ?? 0;
  // without a single time there is no telling which chain is the longest
  const isKnown = [...listed].some((id) => costMs(id) > 0);
  const critical = new Set(isKnown ? criticalPath({ ids: [...listed], needs, costMs }) : []);
  return plan.packages.filter(isWork).map((pkg) => ({
    id: pkg.id,
    root: pkg.root,
    cpv: pkg.cpv,
    action: pkg.action as RunPackage['action'],
    needs: (needs.get(pkg.id) ?? []).filter((need) => listed.has(need)),
    expectedMs: times.get(pkg.id) ?? null,
    ...(critical.has(pkg.id) ? { isCritical: true } : {}),
  }));
}

/**
 * Carries out a plan: builds into staging, several packages at once, then installs into final from binary packages.
 * Failures of packages are answers; throws PREFIX_BUSY, and what the disk throws.
 */
export async function executePlan(request: ExecuteRequest): Promise<RunOutcome> {
  const lock = request.isLocked ? null : await lockPrefix(request.place, 'build');
  try {
    return await run(new RunContext(request));
  } finally {
    await lock?.release();
  }
}

async function run(context: RunContext): Promise<RunOutcome> {
  const { stages = 'both' } = context.request;
  const { place, emit, runPhases } = context;
  await recoverPrefix({ place, emit, runPhases, signal: context.request.signal });
  for (const pkg of context.packages('host', 'build')) {
    const hint = 'Install it on this machine, then plan again.';
    context.fail(pkg, 'setup', 'packages cannot be built for the build machine itself', hint, null);
  }
  // what leaves the world leaves it before it is removed, so that an interrupted removal is not undone by the next plan
  for (const root of ['staging', 'final'] as const) {
    if (context.isGood && (context.request.world?.[root].dropped ?? []).length > 0) await context.keepWorld(root);
  }
  if (context.isGood && stages !== 'final') {
    // what goes may stand in the way of what comes, and nothing that comes needs it
    await removePackages(context, 'staging');
    if (context.isGood) await new StagingRun(context, context.needs).run();
    else context.leaveOut(context.packages('staging', 'build', 'reuse'));
    await context.keepWorld('staging');
  }
  if (stages !== 'staging') {
    if (context.isGood) await removePackages(context, 'final');
    if (context.isGood) await new FinalRun(context).run();
    else context.leaveOut(context.packages('final', 'install', 'build', 'reuse'));
    await context.keepWorld('final');
  }
  if (context.isCancelled) return { kind: 'cancelled' };
  return context.failures.length > 0 ? { kind: 'failed', failures: context.failures } : { kind: 'succeeded' };
}
