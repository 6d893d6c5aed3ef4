import { type Atom, type AtomOptions, evaluateUseDeps, parseAtom } from './atom';
import { type DepGroup, type DepTree, isDepGroup, parseDepString } from './dep-string';
import type { Eapi } from './eapi';
import { PmsError } from './errors';
import { evaluateTree } from './evaluate';

export interface AtomNode {
  readonly kind: 'atom';
  readonly atom: Atom;
}

/** A parsed DEPEND, BDEPEND, RDEPEND, PDEPEND or IDEPEND. Source: PMS 8.2. */
export type DependencyNode = DepTree<AtomNode>;

function atomLeaf(options: AtomOptions): (token: string) => AtomNode {
  return (token) => {
    try {
      return { kind: 'atom', atom: parseAtom(token, options) };
    } catch (error) {
      if (error instanceof PmsError && /^(?:\(|\|\|)|\)$/.test(token)) {
        const text = token.slice(0, 300);
        throw new PmsError('INVALID_DEPENDENCY', `spaces are missing around the brackets in \`${text}\``, {
          hint: 'Write a space on both sides of every `(`, `)` and `||`.',
          details: { text },
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

/**
 * What a dependency asks for when these flags are enabled: no conditionals left, in groups or in USE deps; all-of in
 * all-of and any-of in any-of merged; groups of one dissolved. An any-of that lost all members disappears, or stays
 * with no children (never satisfied) in an EAPI where empty groups do not match; without `eapi` it stays.
 * Source: PMS 8.2.2, 8.2.3.
 */
export function evaluateDependency(
  node: DependencyNode,
  enabledFlags: Flags,
  eapi?: Eapi,
): Extract<DepGroup<AtomNode>, { kind: 'all' }> {
  return evaluateTree<AtomNode>(node, {
    isActive: (flag, negated) => enabledFlags.has(flag) !== negated,
    emptyAnyOfIsFalse: eapi?.emptyAnyOfIsFalse ?? true,
    leaf: (leaf) => {
      const atom = evaluateUseDeps(leaf.atom, enabledFlags);
      return atom === leaf.atom ? leaf : { kind: 'atom', atom };
    },
  });
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
    if (!isDepGroup(inner)) return formatLeaf(inner);
    const words = inner.children.map(format).join(' ');
    const body = words === '' ? '( )' : `( ${words} )`;
    if (inner.kind === 'use') return `${inner.negated ? '!' : ''}${inner.flag}? ${body}`;
    return operators[inner.kind] + body;
  };
  return isDepGroup(node) && node.kind === 'all' ? node.children.map(format).join(' ') : format(node);
}

/** Writes a dependency; of a parsed one this is its text with single spaces. */
export function formatDependency(node: DependencyNode): string {
  return formatDepTree<AtomNode>(node, ({ atom }) => atom.text);
}
