import type { Design } from '../design';
import { mappedSource, type PackageSource } from '../repo';
import type { BootstrapStage } from './bootstrap-stages';

const joined = (...texts: (string | undefined)[]): string => texts.filter(Boolean).join(' ');

/** Ebuilds as a stage sees them: what it does not plan in staging is taken out, or asked of the host. */
export function ebuildsFor(stage: BootstrapStage, ebuilds: PackageSource): PackageSource {
  switch (stage.dependencies) {
    case 'none':
      return mappedSource(ebuilds, (candidate) => {
        const { DEPEND: _, RDEPEND: __, PDEPEND: ___, ...rest } = candidate.metadata;
        return candidate.with(rest);
      });
    case 'host':
      return mappedSource(ebuilds, (candidate) => {
        const { DEPEND, RDEPEND, PDEPEND: _, ...rest } = candidate.metadata;
        return candidate.with({ ...rest, BDEPEND: joined(rest.BDEPEND, DEPEND, RDEPEND) });
      });
    case 'all':
      // DEPEND is looked for in the host's sysroot, so it brings nothing into staging
      return stage.sysroot === 'staging'
        ? ebuilds
        : mappedSource(ebuilds, (candidate) => {
            const { DEPEND: _, ...rest } = candidate.metadata;
            return candidate.with(rest);
          });
  }
}

const bare = (flag: string): string => flag.replace(/^-/, '');

/** The design with USE of the environment: it comes last, and package.use does not win over it. */
export function withUse(design: Design, use: readonly string[]): Design {
  if (use.length === 0) return design;
  const named = new Set(use.map(bare));
  const package_use = Object.fromEntries(
    Object.entries(design.package_use)
      .map(([atom, flags]) => [atom, flags.filter((flag) => !named.has(bare(flag)))] as const)
      .filter(([, flags]) => flags.length > 0),
  );
  return { ...design, package_use, make_conf: { ...design.make_conf, USE: joined(design.make_conf.USE, ...use) } };
}
