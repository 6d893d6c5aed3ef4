'use client';

import { useMemo } from 'react';
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  MarkerType,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
} from 'reactflow';
import type { PlanRoot } from '@/lib/resolve/plan';
import { type Arrangement, itemSize } from './arrange';
import { edgeLook, leadingClass } from './edge-look';
import type { GraphItem, GraphModel } from './model';
import { type Emphasis, type ItemNode, ItemNodeView, type LaneNode, LaneNodeView } from './nodes';
import { useArrangement } from './use-arrangement';

const nodeTypes = { item: ItemNodeView, lane: LaneNodeView };

const nameOf = (item: GraphItem): string =>
  item.kind === 'package'
    ? `${item.entry.cpv} in ${item.lane}${item.entry.requested ? ', asked for' : ''}`
    : `${item.label}, ${item.members.length} packages in ${item.lane}; opens the group`;

/** The smallest text of a node is 12 px: at this scale it is 11 on the screen. */
const readableZoom = 11 / 12;

/** All of it where that can be read; else the corner with what was asked for, to go on from. */
function beginReadable(graph: ReactFlowInstance<ItemNode | LaneNode>, arrangement: Arrangement | null): void {
  const pane = document.querySelector('.react-flow')?.getBoundingClientRect();
  if (!arrangement || !pane) return;
  const height = Math.max(...arrangement.lanes.map((lane) => lane.y + lane.height));
  const margin = 12;
  const fits = Math.min((pane.width - 2 * margin) / arrangement.width, (pane.height - 2 * margin) / height);
  const zoom = Math.min(1, Math.max(readableZoom, fits));
  const middle = (size: number, drawn: number): number => Math.max(margin, (size - drawn * zoom) / 2);
  void graph.setViewport({ x: middle(pane.width, arrangement.width), y: middle(pane.height, height), zoom });
}

/** The plan as lanes of packages. Selecting one lights what it needs and who needs it. */
export function GraphCanvas({
  model,
  lanes,
  counts,
  selected,
  showsHubs,
  onSelect,
  onOpenGroup,
}: {
  model: GraphModel;
  lanes: readonly PlanRoot[];
  counts: Readonly<Record<PlanRoot, number>>;
  selected: string | null;
  /** edges to what nearly everything needs are drawn too */
  showsHubs: boolean;
  onSelect: (id: string | null) => void;
  onOpenGroup: (id: string) => void;
}) {
  const input = useMemo(
    () => ({
      lanes,
      items: model.items.map(({ id, lane }) => ({ id, lane })),
      edges: model.edges.map(({ from, to }) => ({ from, to })),
    }),
    [model, lanes],
  );
  const arrangement = useArrangement(input);
  const drawnSelection = selected === null ? null : (model.itemOf.get(selected) ?? selected);
  const near = useMemo(() => {
    if (drawnSelection === null) return null;
    const ids = new Set<string>();
    for (const edge of model.edges) {
      if (edge.from === drawnSelection) ids.add(edge.to);
      if (edge.to === drawnSelection) ids.add(edge.from);
    }
    return ids;
  }, [model, drawnSelection]);

  const nodes = useMemo((): (ItemNode | LaneNode)[] => {
    if (!arrangement) return [];
    const emphasis = (id: string): Emphasis =>
      near === null ? 'normal' : id === drawnSelection ? 'selected' : near.has(id) ? 'near' : 'far';
    const laneNodes: LaneNode[] = arrangement.lanes.map(({ lane, y, height }) => ({
      id: `lane:${lane}`,
      type: 'lane',
      position: { x: 0, y },
      data: { lane, width: arrangement.width, height, count: counts[lane] },
      width: arrangement.width,
      height,
      draggable: false,
      selectable: false,
      focusable: false,
      zIndex: -1,
      style: { pointerEvents: 'none', ['--tint' as string]: `var(--${lane}-tint)` },
    }));
    const itemNodes = model.items.flatMap((item): ItemNode[] => {
      const position = arrangement.positions[item.id];
      if (!position) return [];
      return [
        {
          id: item.id,
          type: 'item',
          position,
          data: { item, emphasis: emphasis(item.id), neededBy: showsHubs ? null : (model.hubs.get(item.id) ?? null) },
          width: itemSize.width,
          height: itemSize.height,
          ariaLabel: nameOf(item),
        },
      ];
    });
    return [...laneNodes, ...itemNodes];
  }, [arrangement, model, near, drawnSelection, counts, showsHubs]);

  // more labels than this lie on top of each other; the panel names the classes too
  const isSparse = near !== null && near.size <= 5;
  const edges = useMemo(
    () =>
      model.edges.flatMap((edge): Edge[] => {
        const touched = edge.from === drawnSelection || edge.to === drawnSelection;
        if (!touched && (edge.implied || (edge.toHub && !showsHubs))) return [];
        const { dash } = edgeLook[leadingClass(edge.classes)];
        const colour = touched ? 'var(--link)' : 'var(--line-strong)';
        return [
          {
            id: edge.id,
            source: edge.from,
            target: edge.to,
            type: 'default',
            focusable: touched,
            ariaLabel: `${edge.from.split('|')[1]} needs ${edge.to.split('|')[1]} (${edge.classes.join(', ')})`,
            label: touched && isSparse ? edge.classes.join(' ') + (edge.count > 1 ? ` ×${edge.count}` : '') : undefined,
            labelStyle: { fill: 'var(--link-ink)', fontSize: 11 },
            labelBgStyle: { fill: 'var(--surface)' },
            markerEnd: { type: MarkerType.ArrowClosed, width: 12, height: 12, color: colour },
            style: {
              stroke: colour,
              strokeWidth: touched ? 1.8 : 1.1,
              strokeDasharray: dash,
              opacity: drawnSelection !== null && !touched ? 0.15 : touched ? 1 : 0.65,
            },
          },
        ];
      }),
    [model, drawnSelection, showsHubs, isSparse],
  );

  return (
    <ReactFlowProvider>
      <ReactFlow
        key={arrangement ? lanes.join() : 'waiting'}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesReconnectable={false}
        elementsSelectable
        minZoom={0.15}
        maxZoom={1.6}
        onInit={(graph) => beginReadable(graph, arrangement)}
        onNodeClick={(_, node) => (node.id.startsWith('group:') ? onOpenGroup(node.id) : onSelect(node.id))}
        onSelectionChange={({ nodes: [node] }) => {
          if (node && !node.id.startsWith('group:')) onSelect(node.id);
        }}
        onPaneClick={() => onSelect(null)}
        aria-label="Dependency graph; the table has the same facts"
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-left" />
      </ReactFlow>
    </ReactFlowProvider>
  );
}
