import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../host/find-program';
import { boards } from '../layout/names';
import { parseCpv } from '../pms';
import type { Plan, PlannedPackage } from '../resolve/plan';
import type { OpenedDesign } from './open-design';

/** Why a plan can be made here and not be carried out here. */
export interface BuildObstacle {
  readonly message: string;
  readonly hint: string;
}

/** What keeps this machine from building a plan, known before the first package is begun; null: nothing. */
export function buildObstacle(
  { design, tree }: Pick<OpenedDesign, 'design' | 'tree'>,
  plan: Pick<Plan, 'packages'>,
  path: string = process.env.PATH ?? '',
): BuildObstacle | null {
  const toBuild = plan.packages.filter(({ root, action }) => root === 'staging' && action === 'build');
  const lacking = toBuild.filter((pkg) => !existsSync(ebuildOf(pkg, tree)));
  const [first] = lacking;
  if (first) {
    return {
      message: `The package tree \`${design.tree}\` has metadata without ebuilds: ${lacking.length} of ${toBuild.length} packages cannot be built, \`${first.cpv}\` for one.`,
      hint: 'Plans, reasons and fixes work on it. To build, add a whole checkout of flatcar/scripts and name it in `tree:`.',
    };
  }
  const compiler = `${boards[design.board].chost}-gcc`;
  if (toBuild.length === 0 || tree.kind !== 'flatcar' || findProgram(compiler, path) !== null) return null;
  return {
    message: `Packages of a Flatcar tree are compiled by the Flatcar SDK's cross compiler, and this machine has no \`${compiler}\`.`,
    hint: 'Plans, reasons and fixes work here. Build in the SDK, with `./setup_prefix` and the command that it makes; `prefix-studio bootstrap` shows what it will do.',
  };
}

function ebuildOf(pkg: PlannedPackage, { repositories }: OpenedDesign['tree']): string {
  const { category, pn, pf } = parseCpv(pkg.cpv);
  return join(repositories.byName.get(pkg.repository)?.location ?? '', category, pn, `${pf}.ebuild`);
}
