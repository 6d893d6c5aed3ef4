import { randomUUID } from 'node:crypto';
import type { StudioDatabase } from './open';

/** What one package cost when it was built, reused or installed. */
export interface MeasuredCost {
  readonly cpv: string;
  readonly action: string;
  readonly durationMs: number;
  /** the most memory that its phases used at once; null: nothing was measured */
  readonly peakRssBytes: number | null;
  /** when */
  readonly at: string;
}

/** What a package is expected to cost. */
export type UsualCost = Pick<MeasuredCost, 'durationMs' | 'peakRssBytes'>;

/** Of each package and action this many measurements count. */
const counted = 10;

/** Remembers what a package cost. */
export async function addBuildTime({ db }: StudioDatabase, cost: MeasuredCost): Promise<void> {
  const { cpv, action, durationMs, peakRssBytes, at } = cost;
  const peak_kib = peakRssBytes === null ? null : Math.ceil(peakRssBytes / 1024);
  await db
    .insertInto('build_times')
    .values({ id: randomUUID(), cpv, action, duration_ms: durationMs, peak_kib, at })
    .execute();
}

/**
 * By `action cpv` the median of the last 10 times, ms, and the most memory that these needed: less time than usual costs
 * nothing, less memory than is needed ends a build. Absent: never built here.
 */
export async function usualCosts(
  { db }: StudioDatabase,
  cpvs: readonly string[],
): Promise<ReadonlyMap<string, UsualCost>> {
  const measured = new Map<string, UsualCost[]>();
  for (let start = 0; start < cpvs.length; start += 200) {
    const rows = await db
      .selectFrom('build_times')
      .select(['cpv', 'action', 'duration_ms', 'peak_kib'])
      .where('cpv', 'in', cpvs.slice(start, start + 200))
      .orderBy('at', 'desc')
      .execute();
    for (const row of rows) {
      const key = `${row.action} ${row.cpv}`;
      const known = measured.get(key) ?? [];
      const peakRssBytes = row.peak_kib === null ? null : row.peak_kib * 1024;
      if (known.length < counted) known.push({ durationMs: row.duration_ms, peakRssBytes });
      measured.set(key, known);
    }
  }
  return new Map([...measured].map(([key, costs]) => [key, usual(costs)]));
}

function usual(costs: readonly UsualCost[]): UsualCost {
  const peaks = costs.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
  return {
    durationMs: median(costs.map(({ durationMs }) => durationMs)),
    peakRssBytes: peaks.length === 0 ? null : Math.max(...peaks),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}
