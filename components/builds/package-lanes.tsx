'use client';

import { useState } from 'react';
import { identityOf } from '@/components/package/identity';
import { PackageName } from '@/components/package/package-chip';
import { placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { StateBadge } from '@/components/state/state-badge';
import { count, formatBytes, formatDuration } from '@/components/ui/format';
import { Segmented } from '@/components/ui/segmented';
import { elapsedMs } from '@/lib/api/estimate';
import { isRunning, isWaiting, runTotals } from '@/lib/api/reduce-run';
import type { PackageView, RunView } from '@/lib/api/run-view';
import { type TimeSpan, timeSpan } from './waterfall';

const lanes = ['host', 'staging', 'final'] as const;

/** Every package of a build by place, with state and phase, elapsed and expected. */
export function PackageLanes({
  view,
  now,
  selected,
  onSelect,
}: {
  view: RunView;
  now: number;
  selected: string;
  onSelect: (id: string) => void;
}) {
  const [order, setOrder] = useState<'plan' | 'time'>('plan');
  const span = timeSpan(view, now);
  return (
    <section aria-label="Packages" className="flex min-w-0 flex-col gap-3">
      <div className="flex items-center justify-between gap-2">
        <button
          type="button"
          onClick={() => onSelect('run')}
          aria-pressed={selected === ''}
          className={`rounded-md px-2 py-1 text-sm hover:bg-link-tint ${selected === '' ? 'bg-link-tint font-medium text-link-ink' : 'text-link-ink'}`}
        >
          Log of the build itself
        </button>
        <Segmented
          label="Order"
          value={order}
          onChange={setOrder}
          options={[
            { value: 'plan', label: 'By plan' },
            { value: 'time', label: 'By time' },
          ]}
        />
      </div>
      {view.packages.length === 0 && (
        <p className="rounded-lg border border-dashed p-4 text-sm text-muted">
          The packages appear once there is a plan.
        </p>
      )}
      {lanes.map((root) => {
        const entries = view.packages.filter((entry) => entry.root === root);
        if (entries.length === 0) return null;
        const totals = runTotals(view, root);
        const sorted =
          order === 'plan'
            ? entries
            : [...entries].sort((a, b) => (elapsedMs(b, now) ?? -1) - (elapsedMs(a, now) ?? -1));
        return (
          <div
            key={root}
            className={`overflow-hidden rounded-lg border border-l-[3px] bg-surface`}
            style={{ borderLeftColor: `var(--${root})` }}
          >
            <h3
              className={`flex items-center gap-1.5 border-b px-3 py-1.5 text-sm font-semibold ${placeTone[root].text}`}
            >
              <PlaceIcon place={root} className="size-4" /> {placeWords[root].label}
              <span className="font-normal text-muted tabular">
                {totals.done + totals.reused} of {totals.total}
                {totals.reused > 0 && `, ${totals.reused} reused`}
                {totals.failed > 0 && `, ${totals.failed} failed`}
              </span>
            </h3>
            <ul>
              {sorted.map((entry) => (
                <Row
                  key={entry.id}
                  entry={entry}
                  now={now}
                  span={span}
                  selected={selected === entry.id}
                  onSelect={onSelect}
                  packages={view.packages}
                />
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

function Row({
  entry,
  now,
  span,
  selected,
  onSelect,
  packages,
}: {
  entry: PackageView;
  now: number;
  span: TimeSpan | null;
  selected: boolean;
  onSelect: (id: string) => void;
  packages: readonly PackageView[];
}) {
  const elapsed = elapsedMs(entry, now);
  const blocker = packages.find((known) => known.id === entry.blockedBy);
  const facts = [
    elapsed !== null && (elapsed >= 1000 || entry.durationMs !== null) ? formatDuration(elapsed) : '',
    entry.expectedMs !== null && isRunning(entry.state) ? `of about ${formatDuration(entry.expectedMs)}` : '',
  ].filter((text) => text !== '');
  const time = facts.length === 0 && entry.sizeBytes !== null ? formatBytes(entry.sizeBytes) : facts.join(' ');
  const chain = entry.isCritical && (isRunning(entry.state) || isWaiting(entry.state)) ? ['longest chain'] : [];
  const told = entry.notices.length > 0 ? [count(entry.notices.length, 'notice')] : [];
  return (
    <li className={`relative border-b last:border-b-0 ${selected ? 'bg-link-tint' : 'hover:bg-link-tint/40'}`}>
      <button
        type="button"
        onClick={() => onSelect(entry.id)}
        aria-pressed={selected}
        title={entry.reason ?? undefined}
        className="grid w-full min-w-0 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-1 text-left sm:grid-cols-[minmax(0,1fr)_minmax(0,11rem)_6.5rem]"
      >
        <PackageName {...identityOf(entry.cpv)} />
        <StateBadge
          state={entry.state}
          phase={entry.phase}
          by={blocker ? identityOf(blocker.cpv).pn : null}
          isUnrelated={entry.isUnrelated}
        />
        <span className="truncate text-right text-xs text-muted tabular max-sm:col-span-2">
          {[time, ...chain, ...told].filter(Boolean).join(', ')}
        </span>
      </button>
      <Strip entry={entry} now={now} span={span} />
    </li>
  );
}

/** Where in the build's time this package was worked on, phase by phase. */
function Strip({ entry, now, span }: { entry: PackageView; now: number; span: TimeSpan | null }) {
  if (!span || entry.startedAt === null) return null;
  const from = Date.parse(entry.startedAt);
  const to = entry.finishedAt ? Date.parse(entry.finishedAt) : now;
  const left = ((from - span.from) / span.length) * 100;
  const width = Math.max(0.4, ((to - from) / span.length) * 100);
  return (
    <div aria-hidden className="relative mx-3 mb-1 h-[3px] rounded-full bg-sunken">
      <div
        className={`absolute inset-y-0 rounded-full ${entry.state === 'failed' ? 'bg-act' : placeTone[entry.root].solid} ${isRunning(entry.state) ? 'working' : ''}`}
        style={{ left: `${left}%`, width: `${Math.min(width, 100 - left)}%` }}
      />
    </div>
  );
}
