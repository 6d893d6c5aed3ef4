import { applyEdits } from '../design';
import type { Fix } from '../resolve/plan';
import { type BuildObstacle, buildObstacle, type PackageObstacle } from './build-obstacle';
import { type OpenedDesign, reopenDesign } from './open-design';
import { planOpened } from './plan-design';

/**
 * An obstacle with those fixes of its packages that hold: planned again with all of them, there is a plan, in which these packages
 * need nothing that is lacking. When nothing else is in the way, they are one fix of the obstacle too.
 */
export function withProvenFixes(opened: OpenedDesign, obstacle: BuildObstacle): BuildObstacle {
  const fixes = distinct(obstacle.packages.flatMap(({ fix }) => fix ?? []));
  if (fixes.length === 0) return obstacle;
  const changed = reopenDesign(
    opened,
    applyEdits(
      opened.design,
      fixes.flatMap(({ edits }) => edits),
    ),
  );
  const result = changed && planOpened(changed, false);
  if (!changed || result?.kind !== 'planned') return withoutFixes(obstacle);
  const rest = buildObstacle(changed, result.plan);
  if (rest === null) return { ...obstacle, fix: obstacle.fix ?? allOf(fixes) };
  const still = new Set(rest.packages.map(({ cpv }) => cpv));
  const isCleared = ({ cpv, fix }: PackageObstacle): boolean => fix === undefined || !still.has(cpv);
  return rest.packages.length > 0 && obstacle.packages.every(isCleared) ? obstacle : withoutFixes(obstacle);
}

const distinct = (fixes: readonly Fix[]): readonly Fix[] => [
  ...new Map(fixes.map((fix) => [JSON.stringify(fix.edits), fix])).values(),
];

function allOf(fixes: readonly Fix[]): Fix {
  const [first] = fixes as readonly [Fix];
  if (fixes.length === 1) return first;
  return {
    edits: fixes.flatMap(({ edits }) => edits),
    title: fixes.map(({ title }) => title).join('; '),
    cost: fixes.map(({ cost }) => cost).join(' '),
  };
}

const withoutFixes = (obstacle: BuildObstacle): BuildObstacle => ({
  ...obstacle,
  packages: obstacle.packages.map(({ fix: _, ...rest }) => rest),
});
