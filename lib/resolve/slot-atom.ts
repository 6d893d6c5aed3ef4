import { type Atom, parseAtom } from '../pms';
import type { Package } from './package';

const atoms = new Map<string, Atom>();

function cached(text: string): Atom {
  let atom = atoms.get(text);
  if (atom === undefined) {
    atom = parseAtom(text);
    atoms.set(text, atom);
  }
  return atom;
}

/** `category/PN:slot` */
export const slotAtom = (pkg: Package): Atom => cached(pkg.slotKey);

/** `category/PN` */
export const nameAtom = (qualifiedName: string): Atom => cached(qualifiedName);

/** `=category/PN-PVR` */
export const versionAtom = (pkg: Package): Atom => cached(`=${pkg.cpv}`);
