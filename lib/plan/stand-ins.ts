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
 * Tools of this machine that a plan takes for versions which they are not: packages were told that the version they ask for
 * is there. One warning for each; a tool whose real version is good enough gives none.
 */
export function standInWarnings({ host }: Pick<OpenedDesign, 'host'>, plan: Plan): PlanWarning[] {
  return plan.packages.flatMap((pkg): PlanWarning[] => {
    if (pkg.root !== 'host' || pkg.repository !== standsIn) return [];
    const name = `${pkg.category}/${pkg.pn}`;
    const found = host.installed(name).find(({ cpv }) => cpv === pkg.cpv) as RepositoryCandidate | undefined;
    const real = found?.metadata[realVersion];
    const edges = plan.edges.filter(({ to }) => to === pkg.id);
    if (real === undefined || edges.every(({ atom }) => isMetBy(atom, real))) return [];
    const tool = toolOfPackage(name)?.command ?? pkg.pn;
    const users = new Set(edges.map(({ from }) => from.slice(from.indexOf('|') + 1)));
    const [first = ''] = users;
    const others = users.size > 1 ? ` and ${users.size - 1} more` : '';
    return [
      {
        code: 'STANDS_IN',
        message: `\`${tool}\` ${real} of this machine stands in for \`${pkg.cpv}\`, which \`${first}\`${others} asks for.`,
        hint: 'Most packages build with it. One that really needs the newer version stops and says so.',
      },
    ];
  });
}
