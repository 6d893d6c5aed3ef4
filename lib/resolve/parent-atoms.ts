import type { Atom } from '../pms';
import type { Argument } from './arguments';
import type { Package } from './package';

export type Node = Package | Argument;

export interface ParentAtom {
  readonly parent: Package | Argument;
  readonly atom: Atom;
  /** the atom as it stands in the dependency, when `atom` was made for one version of a virtual */
  readonly original?: Atom | null;
}

/** Pairs that are equal when parent and text of the atom are. */
export class ParentAtoms implements Iterable<ParentAtom> {
  private readonly pairs = new Map<string, ParentAtom>();

  static keyOf({ parent, atom }: ParentAtom): string {
    return `${parent.key}\n${atom.text}`;
  }

  add(pair: ParentAtom): void {
    const key = ParentAtoms.keyOf(pair);
    if (!this.pairs.has(key)) this.pairs.set(key, pair);
  }

  has(pair: ParentAtom): boolean {
    return this.pairs.has(ParentAtoms.keyOf(pair));
  }

  removeParent(parent: Node): void {
    for (const [key, pair] of this.pairs) if (pair.parent === parent) this.pairs.delete(key);
  }

  get size(): number {
    return this.pairs.size;
  }

  get keys(): readonly string[] {
    return [...this.pairs.keys()];
  }

  [Symbol.iterator](): Iterator<ParentAtom> {
    return this.pairs.values();
  }
}
