'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight, File, Folder, Link2, Rows3 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { asRequestError } from '@/components/data/request';
import { usePrefix } from '@/components/data/use-prefix';
import { placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { EmptyState } from '@/components/ui/empty-state';
import { count, formatBytes } from '@/components/ui/format';
import { Waiting } from '@/components/ui/skeleton';
import type { LayoutListing } from '@/lib/api/wire';
import type { Design } from '@/lib/design/schema';
import { assertNever } from '@/lib/errors';
import {
  type LayoutCell,
  type LayoutColumn,
  type LayoutRow,
  type PlannedContent,
  plannedLayout,
} from '@/lib/layout/planned-tree';
import type { Plan } from '@/lib/resolve/plan';
import { GridCell, GridHead, GridRow } from './grid-parts';
import { builtRows, foldersTo, plannedRows } from './layout-rows';
import { useDirectories } from './use-directories';
import { type TreeRow, VirtualTree } from './virtual-tree';

const columns: readonly LayoutColumn[] = ['staging', 'final', 'image'];

/** Staging, final and image as one tree in three columns: planned before the build, real after it. */
export function LayoutView({ name }: { name: string }) {
  const { prefix, planned } = usePrefix(name);
  const design = prefix.data?.design;
  const top = useQuery({
    ...queries.layout(name, '/'),
    enabled: design !== undefined && design !== null,
    retry: false,
  });
  if (prefix.data && !design) {
    return (
      <div className="px-3 py-5 md:px-6">
        <EmptyState icon={Rows3} title="No layout while the design has problems">
          They are listed below.
        </EmptyState>
      </div>
    );
  }
  if (!design || top.isPending) {
    return (
      <div className="px-3 py-5 md:px-6">
        <Waiting>Reading staging, final and image</Waiting>
      </div>
    );
  }
  if (top.isError && asRequestError(top.error).code !== 'NOT_BUILT') {
    return (
      <div className="px-3 py-5 md:px-6">
        <Problem error={top.error} what="The layout could not be read" again={() => top.refetch()} />
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col px-3 py-4 md:px-6">
      <h2 className="sr-only">Layout</h2>
      {top.data?.built ? <BuiltLayout name={name} design={design} /> : <PlannedLayout design={design} plan={planned} />}
    </div>
  );
}

const countOf = (plan: Plan, wanted: 'staging' | 'final'): number =>
  plan.packages.filter(({ root, action }) => root === wanted && action !== 'remove').length;

function contentOf(plan: Plan, smoke: Design['smoke']): PlannedContent {
  return {
    packages: plan.packages.flatMap(({ root, cpv, action }) =>
      root === 'host' || action === 'remove' ? [] : [{ root, cpv }],
    ),
    programs: [...new Set(smoke.flatMap(([program]) => program ?? []))],
  };
}

function PlannedLayout({ design, plan }: { design: Design; plan: Plan | null }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () =>
      plannedRows(
        plannedLayout(
          design.path,
          design.board,
          design.sysext === false ? null : `${design.name}.raw`,
          plan && contentOf(plan, design.smoke),
        ),
        closed,
      ),
    [design, plan, closed],
  );
  return (
    <>
      <p className="mb-3 max-w-prose text-sm text-muted">
        {plan
          ? `Nothing has been built yet. The plan puts ${count(countOf(plan, 'staging'), 'package')} into staging and ${count(countOf(plan, 'final'), 'package')} into final; each has a record below var/db/pkg. Their files appear here after the first build.`
          : 'Nothing has been built yet. These folders will be there whatever the plan says; the rest appears once there is a plan.'}
      </p>
      <LayoutTree
        rows={rows}
        prefix={design.path}
        onToggle={(row) =>
          setClosed((old) => {
            const next = new Set(old);
            if (!next.delete(row.key)) next.add(row.key);
            return next;
          })
        }
      />
    </>
  );
}

function BuiltLayout({ name, design }: { name: string; design: Design }) {
  const [open, setOpen] = useState<readonly string[]>(() => foldersTo(design.path));
  const directories = useDirectories<LayoutListing>(open, (path) => queries.layout(name, path));
  const rows = useMemo(() => builtRows(directories.byPath, new Set(open)), [directories.byPath, open]);
  return (
    <>
      {directories.error !== null && (
        <Problem error={directories.error} what="A folder could not be read" again={directories.refetch} />
      )}
      <LayoutTree
        rows={rows}
        prefix={design.path}
        onToggle={(row) => {
          if (row.expanded === null) return;
          setOpen((old) => (old.includes(row.key) ? old.filter((path) => path !== row.key) : [...old, row.key]));
        }}
      />
    </>
  );
}

const grid = 'grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]';

function LayoutTree({
  rows,
  prefix,
  onToggle,
}: {
  rows: readonly TreeRow<LayoutRow>[];
  prefix: string;
  onToggle: (row: TreeRow<LayoutRow>) => void;
}) {
  return (
    <VirtualTree
      label="Staging, final and image, aligned"
      rows={rows}
      nameOf={(row) => row.name}
      onToggle={onToggle}
      className="h-[calc(100dvh-19rem)] min-h-96 overflow-hidden rounded-lg border bg-surface"
      header={
        <GridRow className={`${grid} border-b bg-raised`}>
          {columns.map((column) => (
            <GridHead
              key={column}
              className={`flex min-w-0 items-center gap-1.5 border-t-[3px] border-r px-3 py-1.5 text-sm font-semibold last:border-r-0 ${placeTone[column].edge} ${placeTone[column].text}`}
              style={{ borderRightColor: 'var(--line)' }}
            >
              <PlaceIcon place={column} className="size-4" /> {placeWords[column].label}
              <span className="truncate font-normal text-muted max-md:hidden">{placeWords[column].plain}</span>
            </GridHead>
          ))}
        </GridRow>
      }
      render={(row) => (
        <div className={`${grid} h-full`}>
          {columns.map((column) => (
            <GridCell key={column} className="flex min-w-0 items-center border-r px-2 last:border-r-0">
              <Cell
                row={row}
                column={column}
                inPrefix={row.value.path === prefix || row.value.path.startsWith(`${prefix}/`)}
              />
            </GridCell>
          ))}
        </div>
      )}
    />
  );
}

function cellNote(cell: LayoutCell, isFolder: boolean): string {
  switch (cell.kind) {
    case 'absent':
      return '';
    case 'planned':
      return 'planned';
    case 'present':
      return formatBytes(cell.sizeBytes) + (isFolder ? ` · ${cell.files}` : '');
    case 'dropped':
      return 'not packed';
    case 'added':
      return 'added';
    default:
      return assertNever(cell);
  }
}

function Cell({ row, column, inPrefix }: { row: TreeRow<LayoutRow>; column: LayoutColumn; inPrefix: boolean }) {
  const { value } = row;
  const cell = value.cells[column];
  if (cell.kind === 'absent') return <span className="sr-only">not there</span>;
  const Icon = value.kind === 'directory' ? Folder : value.kind === 'link' ? Link2 : File;
  const Chevron = row.expanded ? ChevronDown : ChevronRight;
  const dropped = cell.kind === 'dropped';
  const title = [value.path, value.note, dropped ? cell.reason : null, value.owner && `owned by ${value.owner}`]
    .filter(Boolean)
    .join('\n');
  return (
    <span
      className="flex w-full min-w-0 items-center gap-1"
      title={title}
      style={{ paddingLeft: `calc(${row.level} * clamp(0.35rem, 0.9vw, 0.95rem))` }}
    >
      {row.expanded === null ? (
        <span className="w-3.5 shrink-0" />
      ) : (
        <Chevron aria-hidden className="size-3.5 shrink-0 text-muted" />
      )}
      <Icon
        aria-hidden
        className={`size-3.5 shrink-0 ${dropped ? 'text-faint' : inPrefix || cell.kind === 'added' ? placeTone[column].text : 'text-faint'} max-sm:hidden`}
      />
      <span
        className={`mono truncate text-xs ${
          dropped
            ? 'text-faint line-through'
            : cell.kind === 'planned'
              ? 'text-muted italic'
              : cell.kind === 'added'
                ? `font-semibold ${placeTone.image.text}`
                : ''
        }`}
      >
        {value.name}
      </span>
      <span
        className={`ml-auto shrink-0 pl-2 text-xs tabular max-md:hidden ${cell.kind === 'added' ? placeTone.image.text : 'text-muted'}`}
      >
        {cellNote(cell, value.kind === 'directory')}
      </span>
    </span>
  );
}
