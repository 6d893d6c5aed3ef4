'use client';

import Link from 'next/link';
import { StateBadge } from '@/components/state/state-badge';
import { Ago } from '@/components/ui/ago';
import { formatDuration } from '@/components/ui/format';
import { useNow } from '@/components/ui/use-now';
import { firstLine } from '@/lib/api/estimate';
import type { RunSummary } from '@/lib/api/wire';

const spent = (run: RunSummary, now: number): string => {
  if (!run.startedAt || (!run.finishedAt && now === 0)) return '';
  return formatDuration((run.finishedAt ? Date.parse(run.finishedAt) : now) - Date.parse(run.startedAt));
};

function Progress({ run }: { run: RunSummary }) {
  const { totals } = run;
  if (totals.total === 0) return null;
  const good = ((totals.done + totals.reused) / totals.total) * 100;
  const bad = (totals.failed / totals.total) * 100;
  return (
    <span aria-hidden className="flex h-1 w-full overflow-hidden rounded-full bg-sunken">
      <span className="bg-final" style={{ width: `${good}%` }} />
      <span className="bg-act" style={{ width: `${bad}%` }} />
    </span>
  );
}

/** Builds as rows: state, prefix, what it says, how far, how long. */
export function RunRows({ runs, named = true }: { runs: readonly RunSummary[]; named?: boolean }) {
  const now = useNow(
    1000,
    runs.some((run) => run.state === 'running'),
  );
  return (
    <ul aria-label="Builds" className="overflow-hidden rounded-lg border bg-surface">
      {runs.map((run) => (
        <li
          key={run.id}
          className="relative grid grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-b px-3 py-2 last:border-b-0 hover:bg-link-tint/35"
        >
          <StateBadge state={run.state} />
          <div className="min-w-0">
            <Link
              href={`/builds/${run.id}`}
              className="block truncate text-link-ink after:absolute after:inset-0 hover:underline"
            >
              {named && <span className="font-semibold">{run.name} </span>}
              <span className="text-sm text-muted">
                {run.failure?.cpv ? `${run.failure.cpv} failed` : firstLine(run.message).replaceAll('`', '')}
              </span>
            </Link>
            <div className="mt-1 max-w-72">
              <Progress run={run} />
            </div>
          </div>
          <div className="text-right text-xs leading-tight text-muted tabular">
            <span className="block text-sm text-ink">{spent(run, now)}</span>
            <Ago at={run.finishedAt ?? run.startedAt ?? run.queuedAt} />
          </div>
        </li>
      ))}
    </ul>
  );
}
