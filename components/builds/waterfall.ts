import type { RunView } from '@/lib/api/run-view';

/** The time a run covers, ms since the epoch and ms. */
export interface TimeSpan {
  readonly from: number;
  readonly length: number;
}

/** From the first package that started to now, or to the last that finished; null before any started. */
export function timeSpan(view: RunView, now: number): TimeSpan | null {
  const starts = view.packages.flatMap((entry) => (entry.startedAt ? [Date.parse(entry.startedAt)] : []));
  if (starts.length === 0) return null;
  const from = Math.min(...starts);
  const ends = view.packages.flatMap((entry) =>
    entry.finishedAt && entry.startedAt ? [Date.parse(entry.finishedAt)] : [],
  );
  const running = view.packages.some((entry) => entry.startedAt && !entry.finishedAt);
  const to = Math.max(from + 1000, ...ends, running && view.state === 'running' ? now : 0);
  return { from, length: to - from };
}
