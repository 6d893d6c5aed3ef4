import type { PlanRoot } from '@/lib/resolve/plan';

export interface ArrangeInput {
  readonly lanes: readonly PlanRoot[];
  readonly items: readonly { readonly id: string; readonly lane: PlanRoot }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** default: boxes with a name */
  readonly metrics?: Metrics;
}

/** Size of an item, space between items, and how many stand above each other at most. */
export interface Metrics {
  readonly width: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
  readonly mostRows: number;
}

export interface Lane {
  readonly lane: PlanRoot;
  readonly y: number;
  readonly height: number;
}

export interface Arrangement {
  readonly positions: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
  readonly lanes: readonly Lane[];
  readonly width: number;
}

export const itemSize = { width: 190, height: 40 } as const;
const boxes: Metrics = { ...itemSize, gapX: 46, gapY: 12, mostRows: 9 };
/** Dots that a whole graph is drawn with. */
export const dots: Metrics = { width: 12, height: 12, gapX: 34, gapY: 10, mostRows: 18 };
const lanePadding = { top: 40, bottom: 18, left: 20, right: 20 } as const;
const laneGap = 22;

/**
 * Lays items out in lanes one below the other; in each lane what needs stands left of what is needed. Cycles are
 * condensed, ranks are longest ways, order within a rank follows the neighbours to the left (barycentre, two sweeps).
 */
export function arrange({ lanes, items, edges, metrics = boxes }: ArrangeInput): Arrangement {
  const stepX = metrics.width + metrics.gapX;
  const stepY = metrics.height + metrics.gapY;
  const positions: Record<string, { x: number; y: number }> = {};
  const drawn: Lane[] = [];
  let top = 0;
  let width = 0;
  for (const lane of lanes) {
    const members = items.filter((item) => item.lane === lane);
    if (members.length === 0) continue;
    const ids = new Set(members.map((item) => item.id));
    const inside = edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to));
    const columns = toColumns(
      members.map((item) => item.id),
      inside,
      metrics.mostRows,
    );
    const rows = Math.max(...columns.map((column) => column.length));
    columns.forEach((column, at) => {
      const offset = ((rows - column.length) * stepY) / 2;
      column.forEach((id, row) => {
        positions[id] = {
          x: lanePadding.left + at * stepX,
          y: top + lanePadding.top + offset + row * stepY,
        };
      });
    });
    const height = lanePadding.top + rows * stepY - metrics.gapY + lanePadding.bottom;
    drawn.push({ lane, y: top, height });
    top += height + laneGap;
    width = Math.max(width, lanePadding.left + columns.length * stepX - metrics.gapX + lanePadding.right);
  }
  return { positions, lanes: drawn, width };
}

/** Columns of ids: ranks, those with too many rows broken into several. */
function toColumns(
  ids: readonly string[],
  edges: readonly { from: string; to: string }[],
  mostRows: number,
): string[][] {
  const ranks = rankItems(ids, edges);
  const byRank: string[][] = [];
  for (const id of ids) {
    const rank = ranks.get(id) ?? 0;
    byRank[rank] = [...(byRank[rank] ?? []), id];
  }
  const filled = byRank.filter((column) => column !== undefined);
  orderColumns(filled, edges);
  return filled.flatMap((column) => {
    const parts = Math.ceil(column.length / mostRows);
    const size = Math.ceil(column.length / parts);
    return Array.from({ length: parts }, (_, part) => column.slice(part * size, (part + 1) * size));
  });
}

/** Longest way from any item that nothing needs; items of one cycle share a rank. */
export function rankItems(
  ids: readonly string[],
  edges: readonly { readonly from: string; readonly to: string }[],
): ReadonlyMap<string, number> {
  const part = components(ids, edges);
  const outgoing = new Map<number, Set<number>>();
  const incoming = new Map<number, number>();
  for (const { from, to } of edges) {
    const [a, b] = [part.get(from)!, part.get(to)!];
    if (a === b || outgoing.get(a)?.has(b)) continue;
    outgoing.set(a, (outgoing.get(a) ?? new Set()).add(b));
    incoming.set(b, (incoming.get(b) ?? 0) + 1);
  }
  const rank = new Map<number, number>();
  const ready = [...new Set(part.values())].filter((component) => !incoming.get(component));
  for (const component of ready) rank.set(component, 0);
  while (ready.length > 0) {
    const component = ready.shift()!;
    for (const next of outgoing.get(component) ?? []) {
      rank.set(next, Math.max(rank.get(next) ?? 0, (rank.get(component) ?? 0) + 1));
      const left = (incoming.get(next) ?? 1) - 1;
      incoming.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return new Map(ids.map((id) => [id, rank.get(part.get(id)!) ?? 0]));
}

/** Strongly connected components (Tarjan, without recursion): item → component number. */
function components(ids: readonly string[], edges: readonly { from: string; to: string }[]): Map<string, number> {
  const next = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) next.get(from)?.push(to);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const part = new Map<string, number>();
  const stack: string[] = [];
  let clock = 0;
  let parts = 0;
  for (const root of ids) {
    if (order.has(root)) continue;
    const work: { id: string; child: number }[] = [{ id: root, child: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1)!;
      const { id } = frame;
      if (frame.child === 0) {
        order.set(id, clock);
        low.set(id, clock++);
        stack.push(id);
      }
      const child = next.get(id)![frame.child++];
      if (child !== undefined) {
        if (!order.has(child)) work.push({ id: child, child: 0 });
        else if (!part.has(child)) low.set(id, Math.min(low.get(id)!, order.get(child)!));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low.set(parent.id, Math.min(low.get(parent.id)!, low.get(id)!));
      if (low.get(id) === order.get(id)) {
        let member: string;
        do {
          member = stack.pop()!;
          part.set(member, parts);
        } while (member !== id);
        parts++;
      }
    }
  }
  return part;
}

function orderColumns(columns: string[][], edges: readonly { from: string; to: string }[]): void {
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) into.set(to, [...(into.get(to) ?? []), from]);
  for (let sweep = 0; sweep < 2; sweep++) {
    const row = new Map<string, number>();
    columns.forEach((column) => {
      column.forEach((id, at) => {
        row.set(id, at - column.length / 2);
      });
    });
    for (const column of columns) {
      const weight = new Map(
        column.map((id, at) => {
          const parents = (into.get(id) ?? []).map((parent) => row.get(parent) ?? 0);
          return [
            id,
            parents.length === 0 ? at - column.length / 2 : parents.reduce((a, b) => a + b, 0) / parents.length,
          ];
        }),
      );
      column.sort((a, b) => weight.get(a)! - weight.get(b)! || (a < b ? -1 : 1));
      column.forEach((id, at) => {
        row.set(id, at - column.length / 2);
      });
    }
  }
}
