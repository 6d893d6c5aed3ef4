import { type Atom, matchesName, parseAtom } from '../pms';
import { matches } from './matching';
import type { Package } from './package';

/** `foo` means `foo` of any category. */
const withCategory = (text: string): string => (text.replace(/[:[].*$/, '').includes('/') ? text : `*/${text}`);

/** The same, of that repository only. */
export const addRepository = (text: string, repository: string): string => `${withCategory(text)}::${repository}`;

const parseFilter = (text: string): Atom =>
  parseAtom(withCategory(text), { allowWildcard: true, allowRepository: true });

/** A list of atoms as options such as `--exclude` take them: wildcards, and names without category. */
export class PackageFilter {
  private readonly atoms: readonly Atom[];

  constructor(texts: readonly string[]) {
    this.atoms = texts.flatMap((text) =>
      text
        .split(/\s+/)
        .filter((word) => word !== '')
        .map(parseFilter),
    );
  }

  get isEmpty(): boolean {
    return this.atoms.length === 0;
  }

  has(pkg: Package): boolean {
    return this.atoms.some((atom) =>
      atom.wildcard
        ? matchesName(atom, pkg.qualifiedName) &&
          matches({ ...atom, qualifiedName: pkg.qualifiedName, wildcard: false }, pkg)
        : matches(atom, pkg),
    );
  }
}
