import { fittingPackage } from '../../engine/index';
import type { BuildObstacle, PackageObstacle } from '../../plan/build-obstacle';
import type { Fix, PlannedPackage } from '../../resolve/plan';
import type { DriverJob } from '../seam/driver';
import { packageFolder } from './package-folder';

const isInstalled = ({ root, action }: PlannedPackage): boolean =>
  (root === 'staging' || root === 'final') && ['build', 'reuse', 'install'].includes(action);

/** What a plan needs of which the folder has no binary package that fits; null: all is there. */
export async function lackingPackages({ opened, plan }: DriverJob): Promise<BuildObstacle | null> {
  const folder = packageFolder(opened);
  if (opened.design.from_source) {
    const hint = 'Take `from_source` out of the design, or build with the driver `embedded`.';
    return {
      message: 'The design wants everything compiled, and binary packages are only installed.',
      hint,
      packages: [],
    };
  }
  const work = plan.packages.filter(isInstalled);
  const packages: PackageObstacle[] = [];
  const told = new Set<string>();
  for (const pkg of work) {
    const found = told.has(pkg.cpv) ? null : await fittingPackage(folder, pkg, opened.design.path);
    if (found?.kind !== 'none') continue;
    told.add(pkg.cpv);
    const { id, cpv } = pkg;
    const fix = found.flags === null ? null : flagFix(pkg, found.flags);
    packages.push({ id, cpv, message: found.reason, hint: hintFor(folder), ...(fix && { fix }) });
  }
  const [first] = packages;
  if (!first) return null;
  const count = new Set(work.map(({ cpv }) => cpv)).size;
  const message = `${packages.length} of ${count} packages cannot be installed from \`${folder}\`: \`${first.cpv}\` for one. ${first.message}`;
  return { message, hint: hintFor(folder), packages };
}

const hintFor = (folder: string): string =>
  `Put one into \`${folder}\`, or build with the driver \`embedded\`, which compiles what is missing.`;

const flagFix = ({ category, pn }: PlannedPackage, flags: readonly string[]): Fix => ({
  edits: [{ kind: 'package_use', atom: `${category}/${pn}`, flags }],
  title: `Take ${pn} as it was built: ${flags.join(' ')}`,
  cost: 'The package has the flags that it was built with, not those of the design.',
});
