import { criticalPath } from '../layout/critical-path';
import type { RunPackage } from '../layout/events';
import type { Plan, PlannedPackage } from '../resolve/plan';
import { BinaryRun } from './binary-run';
import { FinalRun } from './final-run';
import { needsOf } from './plan-needs';
import { lockPrefix } from './prefix-place';
import { recoverPrefix } from './recover-prefix';
import { removePackages } from './removal-run';
import { RunContext } from './run-context';
import type { ExecuteRequest, RunOutcome } from './run-request';
import { StagingRun } from './staging-run';

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

const stagingRun = (context: RunContext): { run(): Promise<void> } =>
  context.request.onlyFrom === undefined ? new StagingRun(context, context.needs) : new BinaryRun(context);

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
    if (stages !== 'both' && stages !== root) continue;
    if (context.isGood && (context.request.world?.[root].dropped ?? []).length > 0) await context.keepWorld(root);
  }
  if (context.isGood && stages !== 'final') {
    // what goes may stand in the way of what comes, and nothing that comes needs it
    await removePackages(context, 'staging');
    if (context.isGood) await stagingRun(context).run();
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
