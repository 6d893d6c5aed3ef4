'use client';

import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { PackageSearch, Plus, Search } from 'lucide-react';
import { memo, useDeferredValue, useMemo, useRef } from 'react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { newDesignText } from '@/components/design/design-text';
import { identityOf } from '@/components/package/identity';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { count } from '@/components/ui/format';
import { PageHeader } from '@/components/ui/section';
import { Segmented } from '@/components/ui/segmented';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useUrlState, useUrlText } from '@/components/ui/use-url-state';
import type { PackageRow } from '@/lib/api/wire';
import { rankPackages } from './rank';
import { Trees } from './trees';

/** Every package of a tree, found while typing. */
export function PackagesView() {
  const [query, setQuery] = useUrlText('q');
  const [tree, setTree] = useUrlState('tree', 'starter');
  const trees = useQuery(queries.trees());
  const index = useQuery(queries.packages(tree));
  const deferred = useDeferredValue(query);
  const rows = useMemo(() => rankPackages(index.data?.packages ?? [], deferred), [index.data, deferred]);
  const ready = trees.data?.filter((entry) => entry.state === 'ready') ?? [];
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 px-3 py-5 md:px-6">
      <PageHeader
        title="Packages"
        actions={
          ready.length > 1 && (
            <Segmented
              label="Tree"
              value={tree}
              onChange={setTree}
              options={ready.map((entry) => ({ value: entry.name, label: entry.name }))}
            />
          )
        }
      />
      <label className="relative max-w-2xl">
        <span className="sr-only">Search packages</span>
        <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-faint" />
        <input
          data-page-search
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          placeholder="name, category or what it does"
          autoComplete="off"
          className="h-9 w-full rounded-md border border-line-strong/70 bg-surface pr-3 pl-9"
        />
      </label>
      {index.isPending && <SkeletonRows rows={8} label="Loading the index" />}
      {index.isError && (
        <Problem error={index.error} what={`The tree ${tree} could not be read`} again={() => index.refetch()} />
      )}
      {index.data && (
        <p className="text-sm text-muted" aria-live="polite">
          {deferred === ''
            ? `${count(index.data.total, 'package')} in ${tree}`
            : `${count(rows.length, 'package')} of ${index.data.total} match`}
        </p>
      )}
      {index.data && rows.length === 0 && (
        <EmptyState icon={PackageSearch} title={`No package matches “${deferred}”`}>
          Another tree may have it: add one below.
        </EmptyState>
      )}
      {rows.length > 0 && <PackageRows rows={rows} tree={tree} />}
      <Trees />
    </div>
  );
}

const rowHeight = 60;

const PackageRows = memo(function PackageRows({ rows, tree }: { rows: readonly PackageRow[]; tree: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  return (
    <div
      ref={scroller}
      className="pane rounded-lg border bg-surface"
      style={{ height: `min(${rows.length * rowHeight + 2}px, 60vh)` }}
    >
      <ul aria-label="Packages" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const { category, pn } = identityOf(row.name);
          const others = row.versions.length - 1;
          return (
            <li
              key={row.name}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 flex items-center gap-4 border-b px-4 hover:bg-link-tint/35"
              style={{ top: item.start, height: rowHeight }}
            >
              <div className="min-w-0 flex-1">
                <p className="mono truncate text-sm">
                  <span className="text-faint">{category}/</span>
                  <span className="font-semibold">{pn}</span>{' '}
                  <span className="text-muted">{row.newest ?? 'live only'}</span>
                  {others > 0 && <span className="text-xs text-faint"> and {others} more</span>}
                </p>
                <p className="truncate text-sm text-muted">{row.description}</p>
              </div>
              <p className="mono hidden max-w-64 truncate text-xs text-muted lg:block" title={row.iuse.join(' ')}>
                {row.iuse.join(' ')}
              </p>
              <p className="hidden w-40 truncate text-right text-xs text-muted xl:block">
                {row.license}
                <span className="block">{row.repository}</span>
              </p>
              <ButtonLink
                size="sm"
                href={`/new?draft=${encodeURIComponent(startWith(row, tree))}`}
                aria-label={`New prefix with ${row.name}`}
              >
                <Plus aria-hidden className="size-3.5" /> <span className="max-sm:sr-only">New prefix</span>
              </ButtonLink>
            </li>
          );
        })}
      </ul>
    </div>
  );
});

function startWith(row: PackageRow, tree: string): string {
  const { pn } = identityOf(row.name);
  const name = pn.replace(/[^A-Za-z0-9._-]/g, '-');
  const text = newDesignText({ name, path: `/opt/${name}`, packages: [row.name] });
  return tree === 'starter' ? text : `${text}tree: ${tree}\n`;
}
