'use client';

import { X } from 'lucide-react';
import { useState } from 'react';
import { TakeHomeButton } from '@/components/overlay/take-home-button';
import { PackageChip, PackageName } from '@/components/package/package-chip';
import { PlaceMark } from '@/components/place/place-mark';
import { IconButton } from '@/components/ui/button';
import { count } from '@/components/ui/format';
import type { PlanEdge, PlannedPackage } from '@/lib/resolve/plan';
import { actionWords } from './plan-table';
import { UseFlags } from './use-flags';
import { allPaths, type PlanIndex, shortestPath } from './why';

/** Everything the plan knows of one package: why it is here first. */
export function PackagePanel({
  entry,
  index,
  prefix,
  text,
  onText,
  onSelect,
  onClose,
}: {
  entry: PlannedPackage;
  index: PlanIndex;
  /** name of the stored prefix */
  prefix: string;
  /** the design, for trying other USE flags; null when it cannot be changed here */
  text: string | null;
  onText: (text: string) => void;
  onSelect: (id: string) => void;
  onClose: () => void;
}) {
  const into = index.into.get(entry.id) ?? [];
  const outOf = index.outOf.get(entry.id) ?? [];
  return (
    <aside aria-label={`Package ${entry.cpv}`} className="flex min-w-0 flex-col gap-4 p-4">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-lg leading-tight break-words">
            <PackageName category={entry.category} pn={entry.pn} />
          </h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
            <PlaceMark place={entry.root} />
            <span className="mono text-xs text-ink">{entry.version}</span>
            {actionWords[entry.action]}
          </p>
        </div>
        <IconButton label="Close" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </header>
      {entry.description && <p className="text-sm text-muted">{entry.description}</p>}
      <section aria-label="Why it is here">
        <h3 className="mb-1 text-sm font-semibold">Why it is here</h3>
        <p className="mb-1.5 text-sm">{entry.reason}</p>
        <Why entry={entry} index={index} onSelect={onSelect} />
      </section>
      {entry.root === 'staging' && entry.action !== 'remove' && (
        <div className="flex flex-wrap gap-2">
          <TakeHomeButton
            prefix={prefix}
            cpv={entry.cpv}
            isTaken={entry.reason.includes('From your overlay')}
            size="sm"
          />
        </div>
      )}
      {entry.iuse.length > 0 && <UseFlags entry={entry} text={text} onText={onText} />}
      <EdgeList title="It needs" edges={outOf} end="to" index={index} onSelect={onSelect} />
      <EdgeList title="Needed by" edges={into} end="from" index={index} onSelect={onSelect} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        {(
          [
            ['Slot', `${entry.slot}${entry.subSlot !== entry.slot ? `/${entry.subSlot}` : ''}`],
            ['Licence', entry.license],
            ['Repository', entry.repository],
            ['EAPI', entry.eapi],
            ['Keywords', entry.keywords],
            ...(entry.replaces ? [['Replaces', entry.replaces] as const] : []),
          ] as const
        ).map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className="mono text-xs leading-5 break-words">{value || '–'}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function Hop({ edge, index, onSelect }: { edge: PlanEdge; index: PlanIndex; onSelect: (id: string) => void }) {
  const from = index.byId.get(edge.from);
  const to = index.byId.get(edge.to);
  return (
    <li className="border-l-2 border-line-strong/40 py-0.5 pl-3 text-sm">
      <button
        type="button"
        onClick={() => onSelect(edge.from)}
        className="rounded-sm font-medium text-link-ink hover:underline"
      >
        {from?.pn ?? edge.from}
      </button>{' '}
      <span className="text-muted">asks for</span> <code className="text-xs break-words">{edge.atom}</code>
      <span className="block text-xs text-muted">
        {edge.class}
        {edge.conditions.length > 0 && (
          <>
            {' '}
            because of <code>{edge.conditions.join(' ')}</code>
          </>
        )}{' '}
        in {to?.root}
      </span>
    </li>
  );
}

function Why({ entry, index, onSelect }: { entry: PlannedPackage; index: PlanIndex; onSelect: (id: string) => void }) {
  const [all, setAll] = useState(false);
  const shortest = shortestPath(index, entry.id);
  if (shortest.length === 0) return null;
  const paths = all ? allPaths(index, entry.id) : [shortest];
  return (
    <>
      {paths.map((path) => (
        <ol key={path.map((edge) => edge.from).join()} className="mb-2">
          {path.map((edge) => (
            <Hop key={`${edge.from} ${edge.to} ${edge.class}`} edge={edge} index={index} onSelect={onSelect} />
          ))}
        </ol>
      ))}
      <button
        type="button"
        className="rounded-sm text-sm text-link-ink hover:underline"
        aria-expanded={all}
        onClick={() => setAll(!all)}
      >
        {all ? `Only the shortest of ${count(paths.length, 'way')}` : 'All ways'}
      </button>
    </>
  );
}

function EdgeList({
  title,
  edges,
  end,
  index,
  onSelect,
}: {
  title: string;
  edges: readonly PlanEdge[];
  end: 'from' | 'to';
  index: PlanIndex;
  onSelect: (id: string) => void;
}) {
  if (edges.length === 0) return null;
  const byPackage = new Map<string, PlanEdge[]>();
  for (const edge of edges) byPackage.set(edge[end], [...(byPackage.get(edge[end]) ?? []), edge]);
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-semibold">
        {title} <span className="font-normal text-muted">{byPackage.size}</span>
      </h3>
      <ul className="flex flex-col gap-1">
        {[...byPackage].map(([id, held]) => {
          const other = index.byId.get(id);
          if (!other) return null;
          return (
            <li key={id}>
              <button
                type="button"
                onClick={() => onSelect(id)}
                title={held.map((edge) => `${edge.class}: ${edge.atom}`).join('\n')}
                className="flex w-full min-w-0 items-center gap-2 rounded-sm text-left text-sm hover:bg-link-tint"
              >
                <PackageChip place={other.root} category={other.category} pn={other.pn} version={other.version} />
                <span className="ml-auto shrink-0 text-xs text-muted">
                  {[...new Set(held.map((edge) => edge.class))].join(' ')}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
