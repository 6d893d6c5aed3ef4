import type { Atom } from '../pms';
import type { Root } from './package';

/** What the user, a set or a backtracking step asks for: a root of the graph. */
export class Argument {
  readonly key: string;

  constructor(
    readonly type: 'atom' | 'set',
    /** as given; of a set without `@` */
    readonly name: string,
    readonly root: Root,
    /** mutable only while the arguments are put together */
    readonly atoms: Atom[],
    /** sets inside this set */
    readonly nested: readonly string[],
    readonly options: {
      /** an installed package is merged again */
      readonly forceReinstall: boolean;
      /** depth counts from here */
      readonly resetDepth: boolean;
      readonly internal: boolean;
    } = { forceReinstall: false, resetDepth: true, internal: false },
  ) {
    this.key = `${root.label}|${type}|${name}`;
  }
}

const byText = (a: Atom, b: Atom): number => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);

/** The atoms of an argument in the order in which they are taken. */
export function orderedAtoms(argument: Argument): readonly Atom[] {
  return argument.type === 'set' ? [...argument.atoms].sort(byText) : argument.atoms;
}

export const replaceInstalledSet = '__auto_slot_operator_replace_installed__';
