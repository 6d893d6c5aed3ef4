import { type DepGroup, type DepTree, isDepGroup } from '../../lib/pms/dep-string';

/** Nested lists, the form in which the vectors write dependency trees. */
export type Nested = string | readonly Nested[];

export const emptyAnyOf = '__const__/empty-any-of';

type Text<Leaf> = (leaf: Leaf) => string;

/** `["a", "||", ["b", "c"]]` */
export function nested<Leaf>(children: readonly DepTree<Leaf>[], text: Text<Leaf>): Nested[] {
  return children.flatMap((child): Nested[] => {
    if (!isDepGroup(child)) return text(child).split(' ');
    if (child.kind === 'all') return [nested(child.children, text)];
    return child.children.length === 0 ? [emptyAnyOf] : ['||', nested(child.children, text)];
  });
}

/** `["a", ["||", "b", "c"]]` */
export function operatorFirst<Leaf>(children: readonly DepTree<Leaf>[], text: Text<Leaf>): Nested[] {
  return children.flatMap((child): Nested[] => {
    if (!isDepGroup(child)) return text(child).split(' ');
    const inner = operatorFirst(child.children, text);
    if (child.kind === 'all') return [inner];
    return child.children.length === 0 ? [emptyAnyOf] : [['||', ...inner]];
  });
}

/** Reads the form with operators first back into a tree. */
export function fromOperatorFirst<Leaf>(list: readonly Nested[], leaf: (text: string) => Leaf): DepTree<Leaf>[] {
  return list.map((item): DepTree<Leaf> => {
    if (typeof item === 'string') return leaf(item);
    const any = item[0] === '||';
    return { kind: any ? 'any' : 'all', children: fromOperatorFirst(any ? item.slice(1) : item, leaf) };
  });
}

/** Without any nesting; conditions that are not in effect are left out, the others dissolved. */
export function flat<Leaf>(
  children: readonly DepTree<Leaf>[],
  isActive: (flag: string, negated: boolean) => boolean,
  text: Text<Leaf>,
): string[] {
  return children.flatMap((child): string[] => {
    if (!isDepGroup(child)) return text(child).split(' ');
    if (child.kind === 'use' && !isActive(child.flag, child.negated)) return [];
    const inner = flat(child.children, isActive, text);
    return child.kind === 'any' ? ['||', ...inner] : inner;
  });
}

type Chosen<Leaf> = Extract<DepGroup<Leaf>, { kind: 'all' }>;

/** Only what stands below a condition in effect on one of these flags. */
export function below<Leaf>(
  node: DepGroup<Leaf>,
  flags: ReadonlySet<string>,
  isActive: (flag: string, negated: boolean) => boolean,
  chosen = false,
): Chosen<Leaf> {
  const children = node.children.flatMap((child): DepTree<Leaf>[] => {
    if (!isDepGroup(child)) return chosen ? [child] : [];
    if (child.kind === 'use') {
      if (!isActive(child.flag, child.negated)) return [];
      const name = `${child.negated ? '!' : ''}${child.flag}`;
      const inner = below(child, flags, isActive, chosen || flags.has(name));
      return inner.children.length === 0 ? [] : [inner];
    }
    const inner = below(child, flags, isActive, chosen).children;
    return inner.length === 0 ? [] : [{ kind: child.kind, children: inner }];
  });
  return { kind: 'all', children };
}
