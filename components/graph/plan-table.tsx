'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { PackageName } from '@/components/package/package-chip';
import { PlaceMark } from '@/components/place/place-mark';
import type { PlannedPackage } from '@/lib/resolve/plan';
import type { PlanIndex } from './why';

type Column = 'place' | 'package' | 'action' | 'needs' | 'neededBy' | 'step';

const columns: readonly { readonly key: Column; readonly label: string; readonly numeric?: boolean }[] = [
  { key: 'step', label: 'Step', numeric: true },
  { key: 'place', label: 'Place' },
  { key: 'package', label: 'Package' },
  { key: 'action', label: 'What happens' },
  { key: 'needs', label: 'Needs', numeric: true },
  { key: 'neededBy', label: 'Needed by', numeric: true },
];

export const actionWords: Readonly<Record<PlannedPackage['action'], string>> = {
  build: 'compiled',
  reuse: 'reused',
  install: 'copied into final',
  keep: 'there already',
  provided: 'already on the host',
  remove: 'removed',
};

const places = { host: 0, staging: 1, final: 2 } as const;

/** The facts of the graph as a table: sortable, readable by everyone. */
export function PlanTable({
  packages,
  index,
  selected,
  onSelect,
}: {
  packages: readonly PlannedPackage[];
  index: PlanIndex;
  selected: string | null;
  onSelect: (id: string) => void;
}) {
  const [sort, setSort] = useState<{ by: Column; down: boolean }>({ by: 'step', down: false });
  const rows = useMemo(() => {
    const value = (entry: PlannedPackage): string | number => {
      switch (sort.by) {
        case 'place':
          return places[entry.root];
        case 'package':
          return entry.cpv;
        case 'action':
          return actionWords[entry.action];
        case 'needs':
          return index.outOf.get(entry.id)?.length ?? 0;
        case 'neededBy':
          return index.into.get(entry.id)?.length ?? 0;
        case 'step':
          return places[entry.root] * 1e6 + entry.step;
      }
    };
    const order = [...packages].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1;
    });
    return sort.down ? order.reverse() : order;
  }, [packages, index, sort]);
  return (
    <div className="pane h-full">
      <table className="w-full min-w-[52rem] border-collapse text-sm">
        <caption className="sr-only">Packages of the plan</caption>
        <thead className="sticky top-0 z-10 bg-raised">
          <tr>
            {columns.map((column) => {
              const active = sort.by === column.key;
              const Arrow = sort.down ? ArrowDown : ArrowUp;
              return (
                <th
                  key={column.key}
                  scope="col"
                  aria-sort={active ? (sort.down ? 'descending' : 'ascending') : undefined}
                  className={`border-b px-3 py-1.5 font-medium ${column.numeric ? 'text-right' : 'text-left'}`}
                >
                  <button
                    type="button"
                    onClick={() => setSort({ by: column.key, down: active && !sort.down })}
                    className="inline-flex items-center gap-1 rounded-sm text-muted hover:text-link-ink"
                  >
                    {column.label}
                    {active && <Arrow aria-hidden className="size-3" />}
                  </button>
                </th>
              );
            })}
            <th scope="col" className="border-b px-3 py-1.5 text-left font-medium text-muted">
              USE
            </th>
            <th scope="col" className="border-b px-3 py-1.5 text-left font-medium text-muted">
              Why it is here
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((entry) => (
            <tr
              key={entry.id}
              className={`border-b ${entry.id === selected ? 'bg-link-tint' : 'hover:bg-link-tint/40'}`}
            >
              <td className="px-3 py-1 text-right text-muted tabular">{entry.step + 1}</td>
              <td className="px-3 py-1">
                <PlaceMark place={entry.root} />
              </td>
              <td className="max-w-80 px-3 py-1">
                <button
                  type="button"
                  onClick={() => onSelect(entry.id)}
                  className="max-w-full truncate rounded-sm text-left hover:underline"
                  aria-pressed={entry.id === selected}
                >
                  <PackageName category={entry.category} pn={entry.pn} version={entry.version} slot={entry.slot} />
                </button>
              </td>
              <td className="px-3 py-1 whitespace-nowrap">{actionWords[entry.action]}</td>
              <td className="px-3 py-1 text-right tabular">{index.outOf.get(entry.id)?.length ?? 0}</td>
              <td className="px-3 py-1 text-right tabular">{index.into.get(entry.id)?.length ?? 0}</td>
              <td className="mono max-w-56 truncate px-3 py-1 text-xs text-muted" title={entry.use.join(' ')}>
                {entry.use.join(' ')}
              </td>
              <td className="max-w-96 truncate px-3 py-1 text-muted" title={entry.reason}>
                {entry.reason}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
