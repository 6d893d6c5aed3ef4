import { type DepGroup, type DepTree, isDepGroup } from './dep-string';

export interface EvaluateOptions<Leaf> {
  /** Is the condition in effect? `negated` for `!flag?`. */
  readonly isActive: (flag: string, negated: boolean) => boolean;
  /** Do groups that lost all their members never match? They then stay, without children. Source: PMS 8.2.3. */
  readonly emptyAnyOfIsFalse: boolean;
  /** what becomes of a leaf; left out: it stays */
  readonly leaf?: (leaf: Leaf) => Leaf;
}

/** Appends what the children ask for; all-of groups and conditions in effect are spliced in. */
function appendAll<Leaf>(
  children: readonly DepTree<Leaf>[],
  options: EvaluateOptions<Leaf>,
  into: DepTree<Leaf>[],
): DepTree<Leaf>[] {
  for (const child of children) {
    if (!isDepGroup(child)) {
      into.push(options.leaf === undefined ? child : options.leaf(child));
    } else if (child.kind === 'all' || child.kind === 'use') {
      if (child.kind === 'all' || options.isActive(child.flag, child.negated)) appendAll(child.children, options, into);
    } else {
      const group = alternatives(child, options);
      // no spreading: a call takes some 100,000 arguments at most
      if (group !== null && isDepGroup(group) && group.kind === 'all')
        for (const part of group.children) into.push(part);
      else if (group !== null) into.push(group);
    }
  }
  return into;
}

/** One group with an operator; null when it asks for nothing. */
function alternatives<Leaf>(
  node: Extract<DepGroup<Leaf>, { kind: 'any' | 'exactly-one' | 'at-most-one' }>,
  options: EvaluateOptions<Leaf>,
): DepTree<Leaf> | null {
  const members: DepTree<Leaf>[] = [];
  for (const child of node.children) {
    const parts = appendAll([child], options, []);
    const [only] = parts;
    if (only === undefined) continue;
    if (parts.length > 1) members.push({ kind: 'all', children: parts });
    else if (node.kind === 'any' && isDepGroup(only) && only.kind === 'any' && only.children.length > 0) {
      for (const member of only.children) members.push(member);
    } else members.push(only);
  }
  const [only] = members;
  if (only === undefined) {
    if (node.kind === 'at-most-one' || !options.emptyAnyOfIsFalse) return null;
    return { kind: node.kind, children: [] };
  }
  if (members.length === 1 && node.kind !== 'at-most-one') return only;
  return { kind: node.kind, children: members };
}

/**
 * The tree without conditionals: those in effect are dissolved, the others gone; all-of in all-of and any-of in any-of
 * are merged, groups of one dissolved. The root is an all-of. Source: PMS 8.2.2 to 8.2.5.
 */
export function evaluateTree<Leaf>(
  node: DepTree<Leaf>,
  options: EvaluateOptions<Leaf>,
): Extract<DepGroup<Leaf>, { kind: 'all' }> {
  return { kind: 'all', children: appendAll([node], options, []) };
}
