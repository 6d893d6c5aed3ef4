import { type Atom, type AtomOptions, evaluateUseDeps, parseAtom } from './atom';
import { type DepTree, parseDepString } from './dep-string';
import type { Eapi } from './eapi';
import { PmsError } from './errors';

export interface AtomNode {
  readonly kind: 'atom';
  readonly atom: Atom;
}

/** A parsed DEPEND, BDEPEND, RDEPEND, PDEPEND or IDEPEND. Source: PMS 8.2. */
export type DependencyNode = DepTree<AtomNode>;

/** What evaluation can leave of a node. */
export type GroupNode = Exclude<DependencyNode, AtomNode>;

function atomLeaf(options: AtomOptions): (token: string) => AtomNode {
  return (token) => {
    try {
      return { kind: 'atom', atom: parseAtom(token, options) };
    } catch (error) {
      if (error instanceof PmsError && /^(?:\(|\|\|)|\)$/.test(token)) {
        throw new PmsError('INVALID_DEPENDENCY', `around the brackets in \`${token}\` spaces are missing`, {
          hint: 'Write a space on both sides of every `(`, `)` and `||`.',
          details: { text: token },
          cause: error,
        });
      }
      throw error;
    }
  };
}

/**
 * Parses a package dependency string; the root is an all-of.
 * Throws INVALID_DEPENDENCY, UNKNOWN_FLAG and the codes of `parseAtom`. Source: PMS 8.2.
 */
export function parseDependency(text: string, options: AtomOptions = {}): DependencyNode {
  return parseDepString<AtomNode>(text, atomLeaf(options), { validFlags: options.validFlags });
}

type Flags = { has(flag: string): boolean };

/** Puts the children of an evaluated group into a list, all-of groups of an all-of spliced. */
function evaluateInto(
  children: readonly DependencyNode[],
  enabled: Flags,
  emptyAnyOfIsFalse: boolean,
  into: DependencyNode[],
): DependencyNode[] {
  for (const child of children) {
    switch (child.kind) {
      case 'atom': {
        const atom = evaluateUseDeps(child.atom, enabled);
        into.push(atom === child.atom ? child : { kind: 'atom', atom });
        break;
      }
      case 'all':
        evaluateInto(child.children, enabled, emptyAnyOfIsFalse, into);
        break;
      case 'use':
        if (enabled.has(child.flag) !== child.negated) {
          evaluateInto(child.children, enabled, emptyAnyOfIsFalse, into);
        }
        break;
      default: {
        const group = evaluateAlternatives(child, enabled, emptyAnyOfIsFalse);
        if (group?.kind === 'all') into.push(...group.children);
        else if (group !== null) into.push(group);
      }
    }
  }
  return into;
}

/** One evaluated group with an operator; null when it asks for nothing. */
function evaluateAlternatives(
  node: Extract<DependencyNode, { kind: 'any' | 'exactly-one' | 'at-most-one' }>,
  enabled: Flags,
  emptyAnyOfIsFalse: boolean,
): DependencyNode | null {
  const members: DependencyNode[] = [];
  for (const child of node.children) {
    if (child.kind === 'use' && enabled.has(child.flag) === child.negated) continue;
    const parts = evaluateInto([child], enabled, emptyAnyOfIsFalse, []);
    const [only] = parts;
    if (only === undefined) continue;
    if (parts.length > 1) members.push({ kind: 'all', children: parts });
    else if (only.kind === 'any' && node.kind === 'any' && only.children.length > 0) members.push(...only.children);
    else members.push(only);
  }
  const [only] = members;
  if (only === undefined) {
    if (node.kind === 'at-most-one') return null;
    return emptyAnyOfIsFalse ? { kind: node.kind, children: [] } : null;
  }
  if (members.length === 1 && node.kind !== 'at-most-one') return only;
  return { kind: node.kind, children: members };
}

/**
 * What a dependency asks for when these flags are enabled: no conditionals left, in groups or in USE deps; all-of in
 * all-of and any-of in any-of merged; groups of one dissolved. An any-of that lost all members disappears, or stays
 * with no children (never satisfied) in an EAPI where empty groups do not match; without `eapi` it stays.
 * Source: PMS 8.2.2, 8.2.3.
 */
export function evaluateDependency(node: DependencyNode, enabledFlags: Flags, eapi?: Eapi): DependencyNode {
  const children = evaluateInto([node], enabledFlags, eapi?.emptyAnyOfIsFalse ?? true, []);
  return { kind: 'all', children };
}

/** An atom and the way to it. */
export interface ConditionedAtom {
  /** as written */
  readonly atom: Atom;
  /** the USE conditions around it, outermost first, as written: `ssl?`, `!static?` */
  readonly conditions: readonly string[];
  /** true inside `||`, `^^` or `??` */
  readonly alternative: boolean;
}

function* walk(
  node: DependencyNode,
  enabled: Flags | null,
  conditions: readonly string[],
  alternative: boolean,
): Generator<ConditionedAtom> {
  switch (node.kind) {
    case 'atom':
      yield { atom: node.atom, conditions, alternative };
      return;
    case 'use': {
      if (enabled !== null && enabled.has(node.flag) === node.negated) return;
      const inner = [...conditions, `${node.negated ? '!' : ''}${node.flag}?`];
      for (const child of node.children) yield* walk(child, enabled, inner, alternative);
      return;
    }
    case 'all':
      for (const child of node.children) yield* walk(child, enabled, conditions, alternative);
      return;
    default:
      for (const child of node.children) yield* walk(child, enabled, conditions, true);
  }
}

/** Every atom in written order with its conditions; with `enabledFlags` only those in effect. */
export function atomsOf(node: DependencyNode, enabledFlags: Flags | null = null): Generator<ConditionedAtom> {
  return walk(node, enabledFlags, [], false);
}

const operators = { any: '|| ', 'exactly-one': '^^ ', 'at-most-one': '?? ', all: '' } as const;

/** Writes a tree back as a dependency string; the root's own brackets are left out. */
export function formatDepTree<Leaf extends { readonly kind: string }>(
  node: DepTree<Leaf>,
  formatLeaf: (leaf: Leaf) => string,
): string {
  const format = (inner: DepTree<Leaf>): string => {
    if (!('children' in inner)) return formatLeaf(inner);
    const words = inner.children.map(format).join(' ');
    const body = words === '' ? '( )' : `( ${words} )`;
    if (inner.kind === 'use') return `${inner.negated ? '!' : ''}${inner.flag}? ${body}`;
    return operators[inner.kind as keyof typeof operators] + body;
  };
  return 'children' in node && node.kind === 'all' ? node.children.map(format).join(' ') : format(node);
}

/** Writes a dependency; of a parsed one this is its text with single spaces. */
export function formatDependency(node: DependencyNode): string {
  return formatDepTree<AtomNode>(node, ({ atom }) => atom.text);
}
