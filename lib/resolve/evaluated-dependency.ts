import type { Atom, DepTree } from '../pms';

export type AtomLeaf = { readonly kind: 'atom'; readonly atom: Atom };

export type EvaluatedDependency = readonly DepTree<AtomLeaf>[];
