'use client';

import { ChevronsUpDown, Star } from 'lucide-react';
import { memo } from 'react';
import { Handle, type Node, type NodeProps, Position } from 'reactflow';
import { PackageName } from '@/components/package/package-chip';
import { placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import type { PlanRoot } from '@/lib/resolve/plan';
import { itemSize } from './arrange';
import type { GraphItem } from './model';

export type Emphasis = 'normal' | 'selected' | 'near' | 'far';

export type ItemNode = Node<
  { item: GraphItem; emphasis: Emphasis /** of a hub whose edges are left out */; neededBy: number | null },
  'item'
>;
export type LaneNode = Node<{ lane: PlanRoot; width: number; height: number; count: number }, 'lane'>;

const handle = '!size-0 !min-w-0 !min-h-0 !border-0 !bg-transparent';

const look: Readonly<Record<Emphasis, string>> = {
  normal: 'border-line-strong/50',
  selected: 'border-link bg-link-tint ring-2 ring-link',
  near: 'border-link/70',
  far: 'border-line !bg-transparent [&_*]:!text-faint',
};

export const ItemNodeView = memo(function ItemNodeView({ data }: NodeProps<ItemNode>) {
  const { item, emphasis, neededBy } = data;
  return (
    <div
      style={{ width: itemSize.width, height: itemSize.height, borderLeftColor: `var(--${item.lane})` }}
      className={`flex items-center gap-1.5 rounded-sm border border-l-4 bg-surface px-2 text-sm transition-opacity duration-100 ${look[emphasis]}`}
    >
      <Handle type="target" position={Position.Left} className={handle} isConnectable={false} />
      {item.kind === 'package' ? (
        <span className="flex min-w-0 flex-1 flex-col leading-tight">
          <span className="flex items-center gap-1">
            <PackageName category="" pn={item.entry.pn} version={item.entry.version} slot={item.entry.slot} />
            {item.entry.requested && <Star aria-label="asked for" className="size-3 shrink-0 fill-current text-ink" />}
          </span>
          <span className="mono truncate text-xs text-faint">{item.entry.category}</span>
        </span>
      ) : (
        <>
          <span className="flex min-w-0 flex-1 flex-col leading-tight">
            <span className="mono truncate text-[0.93em] font-semibold">{item.label}</span>
            <span className="text-xs text-muted">{item.members.length} packages</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted" />
        </>
      )}
      {neededBy !== null && (
        <span
          className="shrink-0 rounded-sm bg-sunken px-1 text-xs text-muted tabular"
          title="Edges to it are left out"
        >
          <span className="sr-only">needed by </span>←{neededBy}
        </span>
      )}
      <Handle type="source" position={Position.Right} className={handle} isConnectable={false} />
    </div>
  );
});

export const LaneNodeView = memo(function LaneNodeView({ data }: NodeProps<LaneNode>) {
  return (
    <div
      style={{
        width: data.width,
        height: data.height,
        borderColor: `color-mix(in oklab, var(--${data.lane}) 45%, transparent)`,
      }}
      className={`rounded-lg border bg-[color-mix(in_oklab,var(--lane)_26%,var(--canvas))] [--lane:var(--tint)]`}
    >
      <p className={`flex items-center gap-1.5 px-4 pt-2.5 text-sm font-semibold ${placeTone[data.lane].text}`}>
        <PlaceIcon place={data.lane} className="size-4" />
        {placeWords[data.lane].label}
        <span className="font-normal text-muted">
          {placeWords[data.lane].plain}, {data.count} packages
        </span>
      </p>
    </div>
  );
});
