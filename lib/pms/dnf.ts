import { type DepGroup, type DepTree, isDepGroup } from './dep-string';

/**
 * Disjunctive normal form of evaluated dependencies: alternatives of plain lists, as a package manager needs it to
 * judge `|| ( a b ) || ( b c )` as a whole. All trees here come from `evaluateTree`: no conditionals, no all-of in an
 * all-of, no any-of in an any-of.
 */
type Any<Leaf> = Extract<DepGroup<Leaf>, { kind: 'any' }>;

const isAny = <Leaf>(node: DepTree<Leaf>): node is Any<Leaf> => isDepGroup(node) && node.kind === 'any';

function members<Leaf>(node: DepTree<Leaf>): readonly DepTree<Leaf>[] {
  return isDepGroup(node) && node.kind === 'all' ? node.children : [node];
}

/** An any-of whose all-of members hold no further any-of. */
function flattenAny<Leaf>(group: Any<Leaf>): Any<Leaf> {
  const children = group.children.flatMap((member): readonly DepTree<Leaf>[] => {
    const list = members(member);
    if (!list.some(isAny)) return [member];
    const [only, ...more] = disjunctiveForm(list);
    return only !== undefined && more.length === 0 && isAny<Leaf>(only) ? only.children : [member];
  });
  return { kind: 'any', children };
}

/** Nodes of what is multiplied out; a list that would have more stays as it is, which asks for the same. */
const mostNodes = 500_000;

const sizeOfProduct = <Leaf>(common: readonly DepTree<Leaf>[], groups: readonly Any<Leaf>[]): number =>
  groups.reduce((size, group) => size * Math.max(1, group.children.length), common.length + groups.length);

function product<Leaf>(common: readonly DepTree<Leaf>[], groups: readonly Any<Leaf>[]): readonly DepTree<Leaf>[][] {
  return groups.reduce<DepTree<Leaf>[][]>(
    (lists, group) => lists.flatMap((list) => group.children.map((member) => [...list, ...members(member)])),
    [[...common]],
  );
}

/**
 * The list (all of it wanted) as one any-of of plain all-of lists; lists without any-of, and a single any-of alone,
 * need no multiplication and stay. The result grows as the product of the group sizes; what would grow beyond all measure
 * stays too.
 */
export function disjunctiveForm<Leaf>(list: readonly DepTree<Leaf>[]): readonly DepTree<Leaf>[] {
  const groups = list.filter((node) => isAny(node)).map(flattenAny);
  const common = list.filter((node) => !isAny(node));
  if (groups.length === 0 || (groups.length === 1 && common.length === 0)) return [...common, ...groups];
  if (sizeOfProduct(common, groups) > mostNodes) return list;
  return [{ kind: 'any', children: product(common, groups).map((children) => ({ kind: 'all', children })) }];
}

function* leaves<Leaf>(node: DepTree<Leaf>): Generator<Leaf> {
  if (!isDepGroup(node)) yield node;
  else for (const child of node.children) yield* leaves(child);
}

/**
 * Multiplies out only those any-of groups of a list that name a common package, so that one choice can serve both.
 * `packageOf` names a leaf's package, null for leaves that do not count (blockers); `textOf` tells equal groups,
 * of which one is enough. Returns the very same list when nothing overlaps.
 */
export function combineOverlapping<Leaf>(
  list: readonly DepTree<Leaf>[],
  packageOf: (leaf: Leaf) => string | null,
  textOf: (group: DepTree<Leaf>) => string,
): readonly DepTree<Leaf>[] {
  const result: DepTree<Leaf>[] = [];
  const groups: Any<Leaf>[] = [];
  const names: string[][] = [];
  for (const node of list) {
    const found = isAny(node) ? [...leaves(node)].map(packageOf).filter((name) => name !== null) : [];
    if (!isAny(node) || found.length === 0) {
      result.push(node);
      continue;
    }
    groups.push(node);
    names.push(found);
  }
  const clusters = clustersOf(names);
  if (clusters.every((cluster) => cluster.length === 1)) return list;
  for (const cluster of clusters) {
    const unique = new Map(cluster.map((index) => groups[index] as Any<Leaf>).map((group) => [textOf(group), group]));
    const wanted = [...unique.values()];
    for (const node of wanted.length > 1 ? disjunctiveForm(wanted) : wanted) result.push(node);
  }
  return result;
}

/** Indexes of the lists that share a word, directly or through others; in order of their first words. */
function clustersOf(lists: readonly (readonly string[])[]): number[][] {
  const holders = new Map<string, number[]>();
  lists.forEach((list, index) => {
    for (const word of new Set(list)) {
      const known = holders.get(word);
      if (known) known.push(index);
      else holders.set(word, [index]);
    }
  });
  const done = new Set<number>();
  const clusters: number[][] = [];
  for (let start = 0; start < lists.length; start += 1) {
    if (done.has(start)) continue;
    done.add(start);
    const cluster = [start];
    for (let at = 0; at < cluster.length; at += 1) {
      for (const word of lists[cluster[at] as number] as readonly string[]) {
        for (const other of holders.get(word) ?? []) {
          if (done.has(other)) continue;
          done.add(other);
          cluster.push(other);
        }
        // all its holders are in the cluster now
        holders.delete(word);
      }
    }
    clusters.push(cluster.sort((a, b) => a - b));
  }
  return clusters;
}
