import { matchesVersion, PmsError, parseAtom, parseVersion } from '../pms';
import type { RepositoryCandidate } from '../repo';
import type { Plan, PlanWarning } from '../resolve/plan';
import { realVersion, standsIn, toolOfPackage } from './machine-sdk';
import type { OpenedDesign } from './open-design';

/** Does this version meet what an ebuild wrote, slots aside? */
function isMetBy(text: string, version: string): boolean {
  try {
    const atom = parseAtom(text);
    return (atom.slot === null || atom.slot === '0') && matchesVersion(atom, parseVersion(version));
  } catch (error) {
    if (error instanceof PmsError) return false;
    throw error;
  }
}

/**
 * Tools of this machine that a plan takes for versions which they are not, because packages were told that the version they
 * ask for is there; told in one warning. A tool whose real version is good enough is not among them.
 */
export function standInWarnings({ host }: Pick<OpenedDesign, 'host'>, plan: Plan): PlanWarning[] {
  const told = plan.packages.flatMap((pkg): string[] => {
    if (pkg.root !== 'host' || pkg.repository !== standsIn) return [];
    const name = `${pkg.category}/${pkg.pn}`;
    const found = host.installed(name).find(({ cpv }) => cpv === pkg.cpv) as RepositoryCandidate | undefined;
    const real = found?.metadata[realVersion];
    const asked = plan.edges.filter(({ to }) => to === pkg.id);
    if (real === undefined || asked.every(({ atom }) => isMetBy(atom, real))) return [];
    return [`\`${toolOfPackage(name)?.command ?? pkg.pn}\` ${real} for ${pkg.version}`];
  });
  if (told.length === 0) return [];
  return [
    {
      code: 'STANDS_IN',
      message: `Tools of this machine stand in for versions that packages ask for: ${[...new Set(told)].sort().join(', ')}.`,
      hint: 'Most packages build with them. One that really needs the other version stops and says so.',
    },
  ];
}
