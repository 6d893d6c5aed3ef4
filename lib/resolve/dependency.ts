import type { Atom } from '../pms';
import type { Argument } from './arguments';
import type { Depth, Package, Root } from './package';
import type { Priority } from './priority';

export interface Dependency {
  readonly atom: Atom;
  child: Package | null;
  readonly depth: Depth;
  /** null: nothing was said, so not only its dependencies */
  readonly onlyDeps: boolean | null;
  readonly parent: Package | Argument;
  readonly priority: Priority;
  readonly root: Root;
  /** the atom as it stands in the dependency, when `atom` was made for one version of a virtual */
  readonly original: Atom | null;
  /** the package that has the dependency when `parent` is a virtual in between */
  readonly collapsedParent: Package | Argument;
  readonly collapsedPriority: Priority;
  wantUpdate: boolean;
}
