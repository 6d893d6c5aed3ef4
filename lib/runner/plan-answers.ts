import type { PlanAnswer } from '../api/wire';
import { medianBuildTimes, type StudioDatabase } from '../db/index';
import type { Design } from '../design/index';
import { deriveNames } from '../layout/names';
import type { PlanResult } from '../resolve/plan';
import type { StudioServer } from './studio-server';

/** Plans a design and says what it will cost. Throws for trees that cannot be read; `AbortError` when nobody waits. */
export async function answerPlan(
  { studio, home, planner }: Pick<StudioServer, 'studio' | 'home' | 'planner'>,
  design: Design,
  signal?: AbortSignal,
): Promise<PlanAnswer> {
  const planned = await planner.run({ kind: 'plan', design }, signal);
  return { design, names: deriveNames(design, home, home), ...planned, cost: await costOf(studio, planned.result) };
}

/** From builds made here: at best everything runs beside the longest package, at worst one after the other. */
async function costOf(studio: StudioDatabase, result: PlanResult): Promise<PlanAnswer['cost']> {
  if (result.kind === 'unsolved') return { minMs: null, maxMs: null, unknown: 0 };
  const work = result.plan.packages.filter(({ action }) => action === 'build' || action === 'install');
  const medians = await medianBuildTimes(studio, [...new Set(work.map(({ cpv }) => cpv))]);
  const known = work.flatMap(({ action, cpv }) => medians.get(`${action} ${cpv}`) ?? []);
  const unknown = work.length - known.length;
  if (known.length === 0) return { minMs: null, maxMs: null, unknown };
  return { minMs: Math.max(...known), maxMs: known.reduce((sum, value) => sum + value, 0), unknown };
}
