import type { Atom } from '../pms';

/**
 * A shared library that a built package needs, as an atom: no name of a package begins with the prefix, so only a search
 * that knows about libraries finds something. Source: portage(5), PROVIDES and REQUIRES of the VDB and of binary packages.
 */
const prefix = 'soname:';

/** `x86_64: libz.so.1 libm.so.6 x86_32: libc.so.6` as keys, each with its category. A text that is none is empty. */
export function readSonames(text: string): readonly string[] {
  const found: string[] = [];
  let category: string | null = null;
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    if (word.endsWith(':')) category = word.slice(0, -1);
    else if (category === null) return [];
    else found.push(sonameKey(category, word));
  }
  return found;
}

export const sonameKey = (category: string, soname: string): string => `${prefix}${category}/${soname}`;

const atoms = new Map<string, Atom>();

/** The atom of a key that `readSonames` gave. */
export function sonameAtom(key: string): Atom {
  let atom = atoms.get(key);
  if (atom === undefined) {
    const [category = '', soname = ''] = key.slice(prefix.length).split('/');
    atom = {
      text: `${category}: ${soname}`,
      blocker: null,
      operator: null,
      category: prefix,
      pn: soname,
      qualifiedName: key,
      version: null,
      slot: null,
      subSlot: null,
      slotOperator: null,
      useDeps: [],
      repository: null,
      buildId: null,
      wildcard: false,
      versionContains: null,
      unevaluated: null,
    };
    atoms.set(key, atom);
  }
  return atom;
}

/** Is it the name that a library goes by in atoms? */
export const isSonameKey = (qualifiedName: string): boolean => qualifiedName.startsWith(prefix);

export const isSoname = (atom: Atom): boolean => atom.category === prefix;
