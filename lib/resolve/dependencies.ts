import {
  type Atom,
  type DependencyClass,
  type DependencyNode,
  type DepTree,
  evaluateDependency,
  isDepGroup,
} from '../pms';
import type { AtomLeaf, EvaluatedDependency } from './evaluated-dependency';
import type { Frozen } from './frozen';
import { isBuiltSlotOperator } from './matching';
import { rememberCandidate } from './memory';
import type { Package } from './package';

export const allClasses: readonly DependencyClass[] = ['BDEPEND', 'DEPEND', 'IDEPEND', 'PDEPEND', 'RDEPEND'];
export const runtimeClasses: readonly DependencyClass[] = ['IDEPEND', 'PDEPEND', 'RDEPEND'];

/** Every atom in written order, groups flattened. */
export function* flatAtoms(nodes: readonly DepTree<AtomLeaf>[]): Generator<Atom> {
  for (const node of nodes) {
    if (isDepGroup(node)) yield* flatAtoms(node.children);
    else yield node.atom;
  }
}

const empty: DependencyNode = { kind: 'all', children: [] };

function recordedNode(pkg: Package, dependencyClass: DependencyClass): DependencyNode {
  if (pkg.candidate.dependencyText(dependencyClass).trim() === '') return empty;
  return pkg.candidate.dependency(dependencyClass);
}

function builtAtoms(pkg: Package, dependencyClass: DependencyClass): Atom[] {
  const recorded = evaluateDependency(recordedNode(pkg, dependencyClass), pkg.use.enabled);
  return [...flatAtoms(recorded.children)].filter((atom) => atom.blocker === null && isBuiltSlotOperator(atom));
}

function makeNode(frozen: Frozen, pkg: Package, dependencyClass: DependencyClass): DependencyNode {
  const live = frozen.live(pkg);
  if (live === null) return recordedNode(pkg, dependencyClass);
  const bound = frozen.options.ignoreBuiltSlotOperators
    ? []
    : allClasses.some((each) => builtAtoms(pkg, each).length > 0)
      ? builtAtoms(pkg, dependencyClass)
      : [];
  if (bound.length > 0 && !live.eapi.hasSlotOperators) return recordedNode(pkg, dependencyClass);
  const node = live.dependencyText(dependencyClass).trim() === '' ? empty : live.dependency(dependencyClass);
  if (bound.length === 0) return node;
  return { kind: 'all', children: [node, ...bound.map((atom): AtomLeaf => ({ kind: 'atom', atom }))] };
}

/**
 * The dependency of a package. Of an installed one it is what its ebuild says today, and the sub-slots it was built
 * against; when there is no such ebuild any more, what was recorded.
 */
export function dependencyNode(frozen: Frozen, pkg: Package, dependencyClass: DependencyClass): DependencyNode {
  const { nodes } = rememberCandidate(frozen.memory(pkg.root), pkg.candidate);
  let node = nodes.get(dependencyClass);
  if (node === undefined) {
    node = makeNode(frozen, pkg, dependencyClass);
    nodes.set(dependencyClass, node);
  }
  return node;
}

const dropBuilt = (nodes: readonly DepTree<AtomLeaf>[]): EvaluatedDependency =>
  nodes.map((node): DepTree<AtomLeaf> => {
    if (isDepGroup(node)) return { ...node, children: dropBuilt(node.children) } as DepTree<AtomLeaf>;
    if (!isBuiltSlotOperator(node.atom)) return node;
    return { kind: 'atom', atom: { ...node.atom, slot: null, subSlot: null } };
  });

/** The dependency with these flags enabled: a list of atoms and any-of groups. */
export function evaluated(
  frozen: Frozen,
  pkg: Package,
  dependencyClass: DependencyClass,
  use: ReadonlySet<string>,
): EvaluatedDependency {
  const { evaluated: cache } = rememberCandidate(frozen.memory(pkg.root), pkg.candidate);
  let byUse = cache.get(dependencyClass);
  if (byUse === undefined) {
    byUse = new WeakMap();
    cache.set(dependencyClass, byUse);
  }
  let found = byUse.get(use);
  if (found === undefined) {
    const node = dependencyNode(frozen, pkg, dependencyClass);
    found = node === empty ? [] : evaluateDependency(node, use, pkg.eapi).children;
    if (pkg.isBuilt && frozen.options.ignoreBuiltSlotOperators) found = dropBuilt(found);
    byUse.set(use, found);
  }
  return found;
}

/** Only what stands below a condition on the flag, with the flag enabled. */
export function belowFlag(
  node: DependencyNode,
  flag: string,
  use: ReadonlySet<string>,
  pkg: Package,
): EvaluatedDependency {
  const collect = (inner: DependencyNode): DependencyNode[] => {
    if (!isDepGroup(inner)) return [];
    if (inner.kind === 'use') {
      if (inner.flag === flag && !inner.negated) return [{ kind: 'all', children: inner.children }];
      return use.has(inner.flag) !== inner.negated ? inner.children.flatMap(collect) : [];
    }
    return inner.children.flatMap(collect);
  };
  const withFlag = new Set([...use, flag]);
  return evaluateDependency({ kind: 'all', children: collect(node) }, withFlag, pkg.eapi).children;
}
