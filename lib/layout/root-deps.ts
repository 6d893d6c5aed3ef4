import { type DependencyClass, dependencyClasses } from '../pms/dependency-class';
import type { Eapi } from '../pms/eapi';

/** `--root-deps` of emerge: off, `rdeps`, or given without a value. */
export type RootDepsOption = 'off' | 'rdeps' | 'on';

export type RootOfDependency = 'host' | 'sysroot' | 'target';

/** Where SYSROOT points: to ROOT, to `/`, or elsewhere. */
export type SysrootKind = 'root' | 'host' | 'other';

const rootOfSysroot: Readonly<Record<SysrootKind, RootOfDependency>> = {
  root: 'target',
  host: 'host',
  other: 'sysroot',
};

/**
 * In which roots emerge wants the packages of a dependency class. `rdeps` gives up DEPEND of ebuilds that know no
 * SYSROOT; `on` wants everything in the target too, beside where it is anyway. Classes the EAPI lacks get none.
 */
export function rootsOfDependency(
  dependencyClass: DependencyClass,
  eapi: Eapi,
  sysroot: SysrootKind,
  option: RootDepsOption = 'off',
): readonly RootOfDependency[] {
  const too = (root: RootOfDependency): RootOfDependency[] =>
    option === 'on' && root !== 'target' ? [root, 'target'] : [root];
  switch (dependencyClass) {
    case 'RDEPEND':
    case 'PDEPEND':
      return ['target'];
    case 'BDEPEND':
      return eapi.hasBdepend ? too('host') : [];
    case 'IDEPEND':
      return eapi.hasIdepend ? too('host') : [];
    case 'DEPEND':
      if (eapi.hasSysroot) return too(rootOfSysroot[sysroot]);
      return option === 'rdeps' ? [] : too('host');
  }
}

/** All classes at once. */
export function routeDependencies(
  eapi: Eapi,
  sysroot: SysrootKind,
  option: RootDepsOption = 'off',
): Readonly<Record<DependencyClass, readonly RootOfDependency[]>> {
  return Object.fromEntries(
    dependencyClasses.map((dependencyClass) => [
      dependencyClass,
      rootsOfDependency(dependencyClass, eapi, sysroot, option),
    ]),
  ) as Record<DependencyClass, readonly RootOfDependency[]>;
}
