import { type Atom, type AtomOptions, changeAtom, tryParseAtom } from './atom';
import { type MatchTarget, matchesAtom } from './match';

/** One line of `profiles/updates`. Source: PMS 4.4.4. */
export type PackageMove =
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'slotmove'; readonly name: string; readonly from: string; readonly to: string };

/** The line as a move; null when it is none that can be applied to dependencies. */
export function parseMove(line: string): PackageMove | null {
  const [kind, ...words] = line.trim().split(/\s+/);
  const name = (word: string | undefined): string | null => {
    const atom = word === undefined ? null : tryParseAtom(word, { allowRepository: false });
    return atom !== null && atom.text === atom.qualifiedName ? atom.qualifiedName : null;
  };
  const [first, second, third] = words;
  if (kind === 'move' && words.length === 2) {
    const from = name(first);
    const to = name(second);
    return from === null || to === null ? null : { kind, from, to };
  }
  if (kind === 'slotmove' && words.length === 3) {
    const moved = name(first);
    return moved === null || !second || !third ? null : { kind, name: moved, from: second, to: third };
  }
  return null;
}

/** The atom under its new name or slot; the same object when the move does not concern it. */
export function moveAtom(atom: Atom, move: PackageMove): Atom {
  if (move.kind === 'move') {
    if (atom.qualifiedName !== move.from) return atom;
    const [category = '', pn = ''] = move.to.split('/');
    return changeAtom(atom, { category, pn });
  }
  if (atom.qualifiedName !== move.name || atom.slot !== move.from) return atom;
  return changeAtom(atom, { slot: move.to, subSlot: atom.subSlot === move.from ? move.to : atom.subSlot });
}

/** The move as a line of `profiles/updates`. */
export const moveLine = (move: PackageMove): string =>
  move.kind === 'move' ? `move ${move.from} ${move.to}` : `slotmove ${move.name} ${move.from} ${move.to}`;

/** The atom after all moves, oldest first, and those that concerned it. */
export function followMoves(
  atom: Atom,
  moves: readonly PackageMove[],
): { readonly moved: Atom; readonly steps: readonly PackageMove[] } {
  const steps: PackageMove[] = [];
  let moved = atom;
  for (const move of moves) {
    const next = moveAtom(moved, move);
    if (next !== moved) steps.push(move);
    moved = next;
  }
  return { moved, steps };
}

/**
 * A dependency string after a move; white space and words that are no atoms stay. A blocker that would then block its
 * own package (`parent`) is left as it is.
 */
export function applyMove(
  text: string,
  move: PackageMove,
  options: AtomOptions & { readonly parent?: MatchTarget } = {},
): string {
  return text
    .split(/(\s+)/)
    .map((word) => {
      const atom = word.includes('/') ? tryParseAtom(word, options) : null;
      if (atom === null) return word;
      const moved = moveAtom(atom, move);
      if (moved === atom || tryParseAtom(moved.text, options) === null) return word;
      const blocksItself = moved.blocker !== null && options.parent !== undefined && matchesAtom(moved, options.parent);
      return blocksItself ? word : moved.text;
    })
    .join('');
}
