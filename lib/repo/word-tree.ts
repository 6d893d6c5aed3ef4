import { type DepTree, parseDepString } from '../pms';

export interface WordNode {
  readonly kind: 'word';
  readonly word: string;
}

/** A parsed LICENSE, PROPERTIES or RESTRICT. */
export type WordTree = DepTree<WordNode>;

const parsed = new Map<string, WordTree>();

/** Parses such a string; equal text gives the same tree. Throws `INVALID_DEPENDENCY`. Source: PMS 8.2. */
export function parseWords(text: string): WordTree {
  let tree = parsed.get(text);
  if (tree === undefined) {
    tree = parseDepString<WordNode>(text, (word) => ({ kind: 'word', word }), { allowEmptyGroups: true });
    parsed.set(text, tree);
  }
  return tree;
}

/** Every word, whatever stands around it. */
export function allWords(tree: WordTree, into: Set<string> = new Set()): Set<string> {
  if (tree.kind === 'word') into.add(tree.word);
  else for (const child of tree.children) allWords(child, into);
  return into;
}

/** Members that are in effect when these flags are enabled; conditionals are opened. */
export function evaluateWords(trees: readonly WordTree[], enabled: { has(flag: string): boolean }): WordTree[] {
  return trees.flatMap((tree) => {
    if (tree.kind === 'word') return [tree];
    if (tree.kind !== 'use') return [{ ...tree, children: evaluateWords(tree.children, enabled) }];
    if (enabled.has(tree.flag) === tree.negated) return [];
    const inner = evaluateWords(tree.children, enabled);
    return inner.length > 1 ? [{ kind: 'all' as const, children: inner }] : inner;
  });
}
