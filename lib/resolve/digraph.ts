import type { Priority } from './priority';
import { hardness } from './priority';

interface NodeEdges<Node> {
  readonly children: Map<Node, Priority[]>;
  readonly parents: Map<Node, Priority[]>;
}

/** Says which edges do not count; null: all count. */
export type IgnorePriority = ((priority: Priority) => boolean) | null;

function counts(priorities: readonly Priority[], ignore: IgnorePriority): boolean {
  if (ignore === null) return true;
  for (const priority of priorities) if (!ignore(priority)) return true;
  return false;
}

/** Inserts behind the last that is not harder, so that the hardest stands at the end. */
function insertByHardness(list: Priority[], priority: Priority): void {
  const own = hardness(priority);
  let at = list.length;
  while (at > 0 && hardness(list[at - 1] as Priority) > own) at -= 1;
  list.splice(at, 0, priority);
}

/**
 * Who needs whom. An edge leads from parent (needs) to child (is needed) and carries every priority with which it was
 * added. Iteration is in order of insertion, which makes everything built on it deterministic.
 */
export class Digraph<Node> {
  private readonly edges = new Map<Node, NodeEdges<Node>>();
  /** nodes in the order in which they are looked at */
  order: Node[] = [];

  get size(): number {
    return this.edges.size;
  }

  has(node: Node): boolean {
    return this.edges.has(node);
  }

  private entry(node: Node): NodeEdges<Node> {
    let entry = this.edges.get(node);
    if (entry === undefined) {
      entry = { children: new Map(), parents: new Map() };
      this.edges.set(node, entry);
      this.order.push(node);
    }
    return entry;
  }

  add(node: Node, parent: Node | null, priority: Priority): void {
    const child = this.entry(node);
    if (parent === null) return;
    const above = this.entry(parent);
    let priorities = child.parents.get(parent);
    if (priorities === undefined) {
      priorities = [];
      child.parents.set(parent, priorities);
      above.children.set(node, priorities);
    }
    if (priorities[priorities.length - 1] !== priority) insertByHardness(priorities, priority);
  }

  private detach(node: Node, entry: NodeEdges<Node>): void {
    for (const parent of entry.parents.keys()) this.edges.get(parent)?.children.delete(node);
    for (const child of entry.children.keys()) this.edges.get(child)?.parents.delete(node);
    this.edges.delete(node);
  }

  /** True when the node was there. */
  remove(node: Node): boolean {
    const entry = this.edges.get(node);
    if (entry === undefined) return false;
    this.detach(node, entry);
    this.order.splice(this.order.indexOf(node), 1);
    return true;
  }

  removeAll(nodes: Iterable<Node>): void {
    const gone = new Set(nodes);
    if (gone.size === 0) return;
    for (const node of gone) {
      const entry = this.edges.get(node);
      if (entry !== undefined) this.detach(node, entry);
    }
    this.order = this.order.filter((node) => !gone.has(node));
  }

  removeEdge(child: Node, parent: Node): void {
    this.edges.get(child)?.parents.delete(parent);
    this.edges.get(parent)?.children.delete(child);
  }

  hasEdge(child: Node, parent: Node): boolean {
    return this.edges.get(parent)?.children.has(child) ?? false;
  }

  /** The priorities of one edge, hardest last; empty when there is none. */
  priorities(child: Node, parent: Node): readonly Priority[] {
    return this.edges.get(parent)?.children.get(child) ?? [];
  }

  children(node: Node, ignore: IgnorePriority = null): Node[] {
    const found: Node[] = [];
    const entry = this.edges.get(node);
    if (entry) for (const [child, list] of entry.children) if (counts(list, ignore)) found.push(child);
    return found;
  }

  parents(node: Node, ignore: IgnorePriority = null): Node[] {
    const found: Node[] = [];
    const entry = this.edges.get(node);
    if (entry) for (const [parent, list] of entry.parents) if (counts(list, ignore)) found.push(parent);
    return found;
  }

  isLeaf(node: Node, ignore: IgnorePriority = null): boolean {
    const entry = this.edges.get(node);
    if (entry) for (const list of entry.children.values()) if (counts(list, ignore)) return false;
    return true;
  }

  isRoot(node: Node, ignore: IgnorePriority = null): boolean {
    const entry = this.edges.get(node);
    if (entry) for (const list of entry.parents.values()) if (counts(list, ignore)) return false;
    return true;
  }

  /** Nodes that need nothing. */
  leaves(ignore: IgnorePriority = null): Node[] {
    return this.order.filter((node) => this.isLeaf(node, ignore));
  }

  /** Nodes that nothing needs. */
  roots(ignore: IgnorePriority = null): Node[] {
    return this.order.filter((node) => this.isRoot(node, ignore));
  }

  clone(): Digraph<Node> {
    const copy = new Digraph<Node>();
    copy.order = [...this.order];
    for (const node of this.edges.keys()) copy.edges.set(node, { children: new Map(), parents: new Map() });
    const lists = new Map<Priority[], Priority[]>();
    const listOf = (list: Priority[]): Priority[] => {
      let own = lists.get(list);
      if (own === undefined) {
        own = [...list];
        lists.set(list, own);
      }
      return own;
    };
    for (const [node, { children, parents }] of this.edges) {
      const own = copy.edges.get(node) as NodeEdges<Node>;
      for (const [child, list] of children) own.children.set(child, listOf(list));
      for (const [parent, list] of parents) own.parents.set(parent, listOf(list));
    }
    return copy;
  }

  /** Only these nodes and the edges between them. */
  induced(nodes: ReadonlySet<Node>): Digraph<Node> {
    const copy = this.clone();
    copy.removeAll(this.order.filter((node) => !nodes.has(node)));
    return copy;
  }

  /** Adds every node and edge of another graph. */
  addAll(other: Digraph<Node>, loose: Priority): void {
    for (const node of other.order) {
      const entry = other.edges.get(node);
      if (entry === undefined || entry.parents.size === 0) this.add(node, null, loose);
      else for (const [parent, list] of entry.parents) for (const priority of list) this.add(node, parent, priority);
    }
  }

  private shortestPath(start: Node, end: Node, ignore: IgnorePriority): Node[] | null {
    const cameFrom = new Map<Node, Node | null>([[start, null]]);
    const queue: Node[] = [start];
    for (let at = 0; at < queue.length; at += 1) {
      const node = queue[at] as Node;
      if (node === end) {
        const path: Node[] = [];
        for (let step: Node | null = node; step !== null; step = cameFrom.get(step) ?? null) path.unshift(step);
        return path;
      }
      for (const child of this.children(node, ignore)) {
        if (cameFrom.has(child)) continue;
        cameFrom.set(child, node);
        queue.push(child);
      }
    }
    return null;
  }

  /** For each node the shortest ways back to itself: `[child, …, node]`. */
  cycles(ignore: IgnorePriority): Node[][] {
    const found: Node[][] = [];
    for (const node of this.edges.keys()) {
      const paths: Node[][] = [];
      let shortest = Number.POSITIVE_INFINITY;
      for (const child of this.children(node, ignore)) {
        const path = this.shortestPath(child, node, ignore);
        if (path === null || path.length > shortest) continue;
        shortest = path.length;
        paths.push(path);
      }
      found.push(...paths.filter((path) => path.length === shortest));
    }
    return found;
  }
}
