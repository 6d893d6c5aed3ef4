import type { Digraph, IgnorePriority } from './digraph';

/**
 * For every node of `valid`: the nodes that have to be taken with it, following the edges that count. Nodes from which
 * a way leads out of `valid`, or to a blocked node, have no entry. Nodes of one circle share one set.
 */
export function closures<Node>(
  graph: Digraph<Node>,
  valid: ReadonlySet<Node>,
  ignore: IgnorePriority,
  blocked: ReadonlySet<Node>,
): Map<Node, ReadonlySet<Node>> {
  const components = stronglyConnected(graph, valid, ignore);
  const componentOf = new Map<Node, number>();
  for (const [index, component] of components.entries()) for (const node of component) componentOf.set(node, index);
  const reached: (Set<Node> | null)[] = [];
  for (const [index, component] of components.entries()) {
    let own: Set<Node> | null = new Set(component);
    for (const node of component) {
      if (own === null) break;
      if (blocked.has(node)) own = null;
      for (const child of graph.children(node, ignore)) {
        if (own === null) break;
        const other = componentOf.get(child);
        if (other === index) continue;
        const below: Set<Node> | null = other === undefined ? null : (reached[other] ?? null);
        if (below === null) own = null;
        else for (const each of below) own.add(each);
      }
    }
    reached.push(own);
  }
  const answer = new Map<Node, ReadonlySet<Node>>();
  for (const [node, index] of componentOf) {
    const own = reached[index];
    if (own) answer.set(node, own);
  }
  return answer;
}

/** Circles of the graph, each behind everything it leads to. Source: Tarjan 1972. */
function stronglyConnected<Node>(graph: Digraph<Node>, valid: ReadonlySet<Node>, ignore: IgnorePriority): Node[][] {
  const found: Node[][] = [];
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const path: Node[] = [];
  const onPath = new Set<Node>();
  interface Frame {
    readonly node: Node;
    readonly children: Node[];
    at: number;
  }
  const work: Frame[] = [];
  const open = (node: Node): void => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    path.push(node);
    onPath.add(node);
    work.push({ node, children: graph.children(node, ignore).filter((child) => valid.has(child)), at: 0 });
  };
  const lower = (node: Node, value: number): void => {
    low.set(node, Math.min(low.get(node) ?? value, value));
  };
  for (const start of valid) {
    if (index.has(start)) continue;
    open(start);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const child = frame.children[frame.at];
      frame.at += 1;
      if (child !== undefined) {
        if (!index.has(child)) open(child);
        else if (onPath.has(child)) lower(frame.node, index.get(child) ?? 0);
        continue;
      }
      if (low.get(frame.node) === index.get(frame.node)) {
        const component: Node[] = [];
        for (let node = path.pop(); node !== undefined; node = path.pop()) {
          onPath.delete(node);
          component.push(node);
          if (node === frame.node) break;
        }
        found.push(component);
      }
      work.pop();
      const above = work.at(-1);
      if (above) lower(above.node, low.get(frame.node) ?? 0);
    }
  }
  return found;
}
