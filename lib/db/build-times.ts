import { randomUUID } from 'node:crypto';
import type { StudioDatabase } from './open';

/** Remembers how long a package took. */
export async function addBuildTime(
  { db }: StudioDatabase,
  time: { readonly cpv: string; readonly action: string; readonly durationMs: number; readonly at: string },
): Promise<void> {
  await db
    .insertInto('build_times')
    .values({ id: randomUUID(), cpv: time.cpv, action: time.action, duration_ms: time.durationMs, at: time.at })
    .execute();
}

/** Median of the last 10 times of each cpv, ms, keyed `action cpv`. Absent: never built here. */
export async function medianBuildTimes(
  { db }: StudioDatabase,
  cpvs: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>();
  for (let start = 0; start < cpvs.length; start += 200) {
    const rows = await db
      .selectFrom('build_times')
      .select(['cpv', 'action', 'duration_ms'])
      .where('cpv', 'in', cpvs.slice(start, start + 200))
      .orderBy('at', 'desc')
      .execute();
    for (const row of rows) {
      const key = `${row.action} ${row.cpv}`;
      const known = times.get(key) ?? [];
      if (known.length < 10) known.push(row.duration_ms);
      times.set(key, known);
    }
  }
  return new Map([...times].map(([key, values]) => [key, median(values)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}
