import { describe, expect, it } from 'vitest';
import { type DependencyClass, dependencyClasses } from '@/lib/pms/dependency-class';
import { madeUpPackage, madeUpPlan } from '@/lib/resolve/made-up-plan';
import type { Plan, PlannedPackage, PlanRoot } from '@/lib/resolve/plan';
import { arrange, itemSize, rankItems } from './arrange';
import { buildGraph, firstViewLimit, groupId, impliedEdges } from './model';
import { allPaths, indexPlan, shortestPath } from './why';

const entry = (root: PlanRoot, cp: string, requested = false): PlannedPackage =>
  madeUpPackage(root, `${cp}-1`, { action: 'build', requested });
type Pair = readonly [from: string, to: string, kind?: DependencyClass];
function planOf(packages: PlannedPackage[], pairs: readonly Pair[]): Plan {
  const full = (cp: string) => packages.find((known) => known.cpv === `${cp}-1`)!.id;
  const edges = pairs.map(([from, to, kind = 'RDEPEND']) => ({
    from: full(from),
    to: full(to),
    class: kind,
    atom: to,
    conditions: [],
    soft: false,
  }));
  return madeUpPlan(packages, { edges });
}
const python = planOf(
  [
    entry('final', 'dev-lang/python', true),
    entry('final', 'sys-libs/readline'),
    entry('final', 'sys-libs/ncurses'),
    entry('final', 'sys-libs/zlib'),
  ],
  [
    ['dev-lang/python', 'sys-libs/readline'],
    ['dev-lang/python', 'sys-libs/ncurses'],
    ['dev-lang/python', 'sys-libs/zlib'],
    ['sys-libs/readline', 'sys-libs/ncurses'],
  ],
);
const all = new Set(dependencyClasses);

describe('why a package is here', () => {
  const index = indexPlan(python);
  it('finds the shortest way from a request', () => {
    const path = shortestPath(index, 'final|sys-libs/ncurses-1');
    expect(path.map((edge) => edge.to)).toEqual(['final|sys-libs/ncurses-1']);
  });
  it('finds every way, shortest first', () => {
    const ways = allPaths(index, 'final|sys-libs/ncurses-1').map((path) => path.map((edge) => edge.to.split('/')[1]));
    expect(ways).toEqual([['ncurses-1'], ['readline-1', 'ncurses-1']]);
  });
  it('has no way to what was asked for itself', () => {
    expect(shortestPath(index, 'final|dev-lang/python-1')).toEqual([]);
  });
  it('does not walk in circles', () => {
    const cyclic = planOf(
      [entry('final', 'a/a', true), entry('final', 'b/b'), entry('final', 'c/c')],
      [
        ['a/a', 'b/b'],
        ['b/b', 'c/c'],
        ['c/c', 'b/b'],
      ],
    );
    expect(allPaths(indexPlan(cyclic), 'final|b/b-1')).toHaveLength(1);
  });
});

describe('what is drawn', () => {
  it('leaves out edges that a longer way implies', () => {
    const graph = buildGraph(python, { lanes: ['final'], expanded: new Set(), classes: all });
    expect(graph.edges.filter((edge) => edge.implied).map((edge) => edge.id)).toEqual([
      'final|dev-lang/python-1 → final|sys-libs/ncurses-1',
    ]);
  });
  it('keeps every edge of a cycle', () => {
    const cycle = [
      { id: '1', from: 'a', to: 'b' },
      { id: '2', from: 'b', to: 'a' },
      { id: '3', from: 'a', to: 'c' },
      { id: '4', from: 'c', to: 'b' },
    ];
    expect([...impliedEdges(cycle)]).toEqual([]);
  });
  it('groups by category above the limit, requests stay alone, groups open', () => {
    const many = Array.from({ length: 100 }, (_, at) => entry('staging', `cat-${at % 4}/p${at}`));
    const plan = planOf([entry('staging', 'app-editors/nano', true), ...many], [['app-editors/nano', 'cat-0/p0']]);
    const closed = buildGraph(plan, { lanes: ['staging'], expanded: new Set(), classes: all });
    expect(closed.items).toHaveLength(5);
    expect(closed.items.length).toBeLessThanOrEqual(firstViewLimit);
    expect(closed.edges[0]).toMatchObject({ to: groupId('staging', 'cat-0') });
    const open = buildGraph(plan, {
      lanes: ['staging'],
      expanded: new Set([groupId('staging', 'cat-0')]),
      classes: all,
    });
    expect(open.items).toHaveLength(4 + 25);
  });
});

describe('arrange', () => {
  it('puts what is needed to the right of what needs it', () => {
    const ranks = rankItems(
      ['a', 'b', 'c'],
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
        { from: 'a', to: 'c' },
      ],
    );
    expect([...ranks.values()]).toEqual([0, 1, 2]);
  });
  it('lays out cycles and never puts two items on one spot', () => {
    const ids = Array.from({ length: 120 }, (_, at) => `p${at}`);
    const edges = ids
      .flatMap((id, at) => [1, 7, 31].map((step) => ({ from: id, to: ids[(at * step + step) % ids.length]! })))
      .filter((edge) => edge.from !== edge.to);
    const { positions, lanes } = arrange({
      lanes: ['staging', 'final'],
      items: ids.map((id, at) => ({ id, lane: at % 3 ? 'staging' : 'final' })),
      edges,
    });
    const spots = Object.values(positions);
    expect(spots).toHaveLength(120);
    expect(new Set(spots.map(({ x, y }) => `${x},${y}`)).size).toBe(120);
    const [staging, final] = lanes;
    expect(final!.y).toBeGreaterThanOrEqual(staging!.y + staging!.height);
    for (const id of ids) {
      const lane = lanes.find((known) => known.lane === (ids.indexOf(id) % 3 ? 'staging' : 'final'))!;
      expect(positions[id]!.y).toBeGreaterThanOrEqual(lane.y);
      expect(positions[id]!.y + itemSize.height).toBeLessThanOrEqual(lane.y + lane.height);
    }
  });
});
