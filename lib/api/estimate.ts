import { expectedTotalMs } from '../layout/critical-path';
import type { RunPackage } from './events';
import { isUnproven } from './proof-story';
import { isRunning, isWaiting, runTotals } from './reduce-run';
import type { PackageView, RunView } from './run-view';

/** How long a package has run or ran, ms; null before it starts. `nowMs` = milliseconds since the epoch. */
export function elapsedMs(entry: PackageView, nowMs: number): number | null {
  if (entry.durationMs !== null) return entry.durationMs;
  if (entry.startedAt === null) return null;
  return Math.max(0, (entry.finishedAt ? Date.parse(entry.finishedAt) : nowMs) - Date.parse(entry.startedAt));
}

/** How long the run has run or ran, ms; 0 before it starts. */
export function runElapsedMs(view: RunView, nowMs: number): number {
  if (view.startedAt === null) return 0;
  return Math.max(0, (view.finishedAt ? Date.parse(view.finishedAt) : nowMs) - Date.parse(view.startedAt));
}

/** A range in ms. `known` = share of the remaining packages (0 to 1) that were built here before. */
export interface Remaining {
  readonly minMs: number;
  readonly maxMs: number;
  readonly known: number;
}

/**
 * Time left as a range: at best the longest chain of waiting packages, at worst everything one after the other.
 * null while nothing is known about any remaining package, or when nothing remains.
 */
export function remainingMs(view: RunView, nowMs: number): Remaining | null {
  const open = view.packages.filter((entry) => isRunning(entry.state) || isWaiting(entry.state));
  const known = open.filter((entry) => entry.expectedMs !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, entry) => sum + (entry.expectedMs ?? 0), 0) / known.length;
  const left = new Map(
    open.map((entry) => [
      entry.id,
      Math.max(0, (entry.expectedMs ?? mean) - (isRunning(entry.state) ? (elapsedMs(entry, nowMs) ?? 0) : 0)),
    ]),
  );
  const needs = new Map(open.map((entry) => [entry.id, entry.needs]));
  const chains = new Map<string, number>();
  const chain = (id: string, path: ReadonlySet<string>): number => {
    const own = left.get(id);
    if (own === undefined || path.has(id)) return 0;
    const done = chains.get(id);
    if (done !== undefined) return done;
    const inner = new Set(path).add(id);
    const length = own + Math.max(0, ...(needs.get(id) ?? []).map((need) => chain(need, inner)));
    chains.set(id, length);
    return length;
  };
  const none: ReadonlySet<string> = new Set();
  return {
    minMs: Math.max(...open.map((entry) => chain(entry.id, none))),
    maxMs: [...left.values()].reduce((sum, value) => sum + value, 0),
    known: known.length / open.length,
  };
}

/** What a run will take as far as earlier ones tell. */
export interface ExpectedTime {
  /** ms; null: nothing of it was built here before */
  readonly totalMs: number | null;
  /** packages that were never built here, which come on top */
  readonly unknown: number;
}

/** The time of packages that `workers` at once are worked on, each behind what it needs. */
export function expectedTime(
  packages: readonly Pick<RunPackage, 'id' | 'needs' | 'expectedMs'>[],
  workers: number,
): ExpectedTime {
  const known = packages.filter(({ expectedMs }) => expectedMs !== null).length;
  const costs = new Map(packages.map(({ id, expectedMs }) => [id, expectedMs ?? 0]));
  const work = {
    ids: packages.map(({ id }) => id),
    needs: new Map(packages.map(({ id, needs }) => [id, needs])),
    costMs: (id: string) => costs.get(id) ?? 0,
  };
  return { totalMs: known === 0 ? null : expectedTotalMs(work, workers), unknown: packages.length - known };
}

/** `8 s`, `4 min`, `1 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const packagesOf = (count: number): string => `${count} ${count === 1 ? 'package' : 'packages'}`;

/** What is to be done, by place: a package that is built and then installed is named in both. */
export function workAhead(packages: readonly Pick<RunPackage, 'root' | 'action'>[]): string {
  const count = (test: (one: Pick<RunPackage, 'root' | 'action'>) => boolean): number => packages.filter(test).length;
  const removed = count(({ action }) => action === 'remove');
  const built = count(({ root, action }) => root === 'staging' && action !== 'remove');
  const installed = count(({ root, action }) => root === 'final' && action !== 'remove');
  const parts = [
    built > 0 && `${packagesOf(built)} for staging`,
    installed > 0 && `${packagesOf(installed)} for final`,
    removed > 0 && `${packagesOf(removed)} to remove`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'Nothing to do' : parts.join(', ');
}

function whatWasDone({ packages }: RunView): string {
  const distinct = (test: (one: PackageView) => boolean): number =>
    new Set(packages.filter(test).map(({ cpv }) => cpv)).size;
  const removed = distinct(({ action, state }) => action === 'remove' && state === 'done');
  const isWork = ({ action, root }: PackageView, place: RunPackage['root']): boolean =>
    action !== 'remove' && root === place;
  const built = distinct((one) => isWork(one, 'staging') && one.state === 'done');
  const reused = distinct((one) => isWork(one, 'staging') && one.state === 'reused');
  const installed = distinct((one) => isWork(one, 'final') && (one.state === 'done' || one.state === 'reused'));
  if (built + reused + installed === 0) return `Removed ${packagesOf(removed)}`;
  const parts = [
    reused > 0 && `reused ${reused}`,
    installed > 0 && `installed ${installed}`,
    removed > 0 && `removed ${removed}`,
  ].filter((part) => part !== false);
  return [`Built ${packagesOf(built)}`, ...parts].join(', ');
}

/** Everything was built, and the proof found something. null: it did not come to that, or nothing was found. */
function unprovenWords(view: RunView): string | null {
  return isUnproven(view.proof) ? 'built, but not proven' : null;
}

/** What a run ended with; below it stand the ways on. */
export const firstLine = (message: string): string => message.split('\n')[0] ?? '';

/** The top line of a build in words: `Building 7 of 23, 4 min left to 6 min, nothing failed`. */
export function headline(view: RunView, nowMs: number): string {
  const totals = runTotals(view);
  const failed = totals.failed === 0 ? 'nothing failed' : `${totals.failed} failed`;
  switch (view.state) {
    case 'queued':
      return view.interruptions.length > 0 ? 'Interrupted, waiting to resume' : 'Waiting for a worker';
    case 'running': {
      if (totals.total === 0) return 'Planning';
      if (view.stage === 'proof' || view.stage === 'image') return view.message;
      const remaining = remainingMs(view, nowMs);
      // Too few packages were ever built here: a figure would be a guess.
      const left =
        remaining && remaining.known >= 0.5
          ? `, ${formatDuration(remaining.minMs)} left to ${formatDuration(remaining.maxMs)}`
          : '';
      return `Building ${Math.min(totals.total, totals.settled + 1)} of ${totals.total}${left}, ${failed}`;
    }
    case 'succeeded':
      if (totals.total === 0)
        return `Nothing to build: everything was there (${formatDuration(runElapsedMs(view, nowMs))})`;
      return `${whatWasDone(view)} in ${formatDuration(runElapsedMs(view, nowMs))}`;
    case 'failed':
      return `Failed after ${formatDuration(runElapsedMs(view, nowMs))}: ${view.failure?.cpv ?? unprovenWords(view) ?? firstLine(view.message)}`;
    case 'cancelled':
      return `Cancelled after ${formatDuration(runElapsedMs(view, nowMs))}, ${totals.done + totals.reused} of ${totals.total} done`;
  }
}
