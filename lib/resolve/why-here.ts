import type { DependencyClass } from '../pms/dependency-class';
import { code, describeConditions, placeOf, purposeOf, shortAtom } from './explain-words';
import type { Plan, PlanEdge, PlanNodeId, PlannedPackage, PlanRoot } from './plan';

/** One step of a way through a plan: `from` needs `to`. */
export interface WhyHop {
  readonly from: PlanNodeId;
  readonly to: PlanNodeId;
  /** root of `from` */
  readonly root: PlanRoot;
  /**
   * `needs`: quoted from the ebuild. `installs`: `from` in final is merged from the binary package that `to` in staging
   * makes; then atom and class are empty.
   */
  readonly kind: 'needs' | 'installs';
  readonly atom: string;
  readonly class: DependencyClass | null;
  readonly conditions: readonly string[];
  /** other lines by which `from` needs `to` */
  readonly also: readonly PlanEdge[];
  readonly sentence: string;
}

/** A way from something asked for to the package, in this order. */
export type WhyPath = readonly WhyHop[];

export interface WhyHere {
  readonly node: PlannedPackage;
  /** one sentence */
  readonly summary: string;
  /** asked for by the design itself */
  readonly requested: boolean;
  /** null: asked for itself, or nothing in the plan needs it */
  readonly shortest: WhyPath | null;
  /** ways without repetitions, shortest first */
  readonly all: readonly WhyPath[];
  /** there are more ways than `all` holds */
  readonly isTruncated: boolean;
}

export interface WhyLimits {
  readonly paths?: number;
  readonly hops?: number;
}

const classOrder: readonly DependencyClass[] = ['RDEPEND', 'DEPEND', 'BDEPEND', 'PDEPEND', 'IDEPEND'];

const weight = (edge: PlanEdge): number =>
  (edge.soft ? 100 : 0) + classOrder.indexOf(edge.class) * 10 + edge.conditions.length;

function needsHop(from: PlannedPackage, to: PlannedPackage, edges: readonly PlanEdge[]): WhyHop {
  const [edge, ...also] = [...edges].sort((a, b) => weight(a) - weight(b)) as [PlanEdge, ...PlanEdge[]];
  const conditions = describeConditions(edge.conditions);
  return {
    from: from.id,
    to: to.id,
    root: from.root,
    kind: 'needs',
    atom: edge.atom,
    class: edge.class,
    conditions: edge.conditions,
    also,
    sentence: `${code(from.cpv)} needs ${code(shortAtom(edge.atom))} ${purposeOf[edge.class]}${conditions === '' ? '' : `, ${conditions}`}, ${placeOf[to.root]}.`,
  };
}

function installsHop(from: PlannedPackage, to: PlannedPackage): WhyHop {
  return {
    from: from.id,
    to: to.id,
    root: from.root,
    kind: 'installs',
    atom: '',
    class: null,
    conditions: [],
    also: [],
    sentence: `${code(from.cpv)} ships (final); its binary package is made where things are built (staging).`,
  };
}

class Backwards {
  private readonly packages: ReadonlyMap<PlanNodeId, PlannedPackage>;
  private readonly incoming = new Map<PlanNodeId, Map<PlanNodeId, PlanEdge[]>>();
  private readonly steps = new Map<PlanNodeId, readonly WhyHop[]>();

  constructor(plan: Plan) {
    this.packages = new Map(plan.packages.map((node) => [node.id, node]));
    for (const edge of plan.edges) {
      let parents = this.incoming.get(edge.to);
      if (parents === undefined) {
        parents = new Map();
        this.incoming.set(edge.to, parents);
      }
      const list = parents.get(edge.from);
      if (list === undefined) parents.set(edge.from, [edge]);
      else list.push(edge);
    }
  }

  node(id: PlanNodeId): PlannedPackage | undefined {
    return this.packages.get(id);
  }

  /** Every way one step back, run-time needs first, then by name. */
  hopsTo(node: PlannedPackage): readonly WhyHop[] {
    let hops = this.steps.get(node.id);
    if (hops === undefined) {
      hops = this.findHopsTo(node);
      this.steps.set(node.id, hops);
    }
    return hops;
  }

  private findHopsTo(node: PlannedPackage): WhyHop[] {
    const hops: WhyHop[] = [];
    for (const [id, edges] of this.incoming.get(node.id) ?? []) {
      const from = this.packages.get(id);
      if (from !== undefined) hops.push(needsHop(from, node, edges));
    }
    if (node.root === 'staging') {
      const shipped = this.packages.get(`final|${node.cpv}`);
      if (shipped !== undefined && shipped.action === 'install') hops.push(installsHop(shipped, node));
    }
    return hops.sort((a, b) => rank(a) - rank(b) || (a.from < b.from ? -1 : 1));
  }
}

const rank = (hop: WhyHop): number =>
  hop.kind === 'installs' ? 5 : hop.class === null ? 9 : classOrder.indexOf(hop.class);

/** Breadth first, backwards; every way is simple. */
function waysTo(
  graph: Backwards,
  target: PlannedPackage,
  paths: number,
  hops: number,
): { ways: WhyPath[]; more: boolean } {
  const ways: WhyPath[] = [];
  let frontier: WhyHop[][] = [[]];
  let steps = 0;
  const most = 20_000;
  for (let depth = 0; depth < hops && frontier.length > 0; depth += 1) {
    const next: WhyHop[][] = [];
    for (const way of frontier) {
      const node = way[0] === undefined ? target : graph.node(way[0].from);
      if (node === undefined) continue;
      for (const hop of graph.hopsTo(node)) {
        steps += 1;
        if (hop.from === target.id || way.some(({ from }) => from === hop.from)) continue;
        const longer = [hop, ...way];
        if (graph.node(hop.from)?.requested === true) {
          if (ways.length >= paths) return { ways, more: true };
          ways.push(longer);
        } else next.push(longer);
      }
      if (steps > most) return { ways, more: true };
    }
    frontier = next;
  }
  return { ways, more: frontier.length > 0 };
}

function summaryOf(node: PlannedPackage, shortest: WhyPath | null): string {
  if (node.requested) return `You asked for ${code(node.cpv)}.`;
  const [first] = shortest ?? [];
  if (shortest === null || first === undefined) return node.reason;
  const start = code(first.from.slice(first.from.indexOf('|') + 1));
  const last = shortest.at(-1) as WhyHop;
  if (shortest.length === 1) return last.sentence;
  const count = shortest.filter(({ kind }) => kind === 'needs').length - 1;
  const between = count === 0 ? 'directly' : count === 1 ? 'one package between' : `${count} packages between`;
  return `${last.sentence} It goes back to ${start}, which you asked for (${between}).`;
}

/**
 * Why a package is in a plan: the shortest and, up to the limits (50 ways of 30 steps), all ways to it from what was
 * asked for, each step quoting atom, class, USE condition and root. Null: the plan has no such package.
 */
export function whyHere(plan: Plan, nodeId: PlanNodeId, limits: WhyLimits = {}): WhyHere | null {
  const graph = new Backwards(plan);
  const node = graph.node(nodeId);
  if (node === undefined) return null;
  const none = { ways: [], more: false };
  const { ways, more } = node.requested ? none : waysTo(graph, node, limits.paths ?? 50, limits.hops ?? 30);
  const shortest = ways[0] ?? null;
  return {
    node,
    summary: summaryOf(node, shortest),
    requested: node.requested,
    shortest,
    all: ways,
    isTruncated: more,
  };
}
