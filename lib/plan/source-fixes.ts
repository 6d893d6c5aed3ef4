import { describeEbuilds } from '../engine/ebuild-facts';
import { boards } from '../layout/names';
import { compareVersions, parseCpv } from '../pms';
import type { RepositoryCandidate } from '../repo';
import type { DesignEdit, Fix, Plan, PlannedPackage } from '../resolve/plan';
import { asking, type OpenedDesign } from './open-design';
import { planWithEdits } from './plan-design';
import { hasAllSources, type PlanSources, planSources, SourceFinder } from './plan-sources';

/** Plans that are made at most while other versions are looked for. */
const mostPlans = 24;

/** Packages of a plan that cannot be built because a source of theirs can be had nowhere. */
function withoutSources(plan: Plan, sources: PlanSources): readonly PlannedPackage[] {
  const lacking = new Set(sources.files.filter(({ state }) => state === 'nowhere').flatMap(({ packages }) => packages));
  return plan.packages.filter(({ root, action, cpv }) => root === 'staging' && action === 'build' && lacking.has(cpv));
}

const countMissing = ({ files }: PlanSources): number => files.filter(({ state }) => state === 'nowhere').length;

/** Changes of the design that lead to another version, the gentlest first. */
function editsTo(pkg: PlannedPackage, other: RepositoryCandidate, arch: string): readonly (readonly DesignEdit[])[] {
  const name = other.qualifiedName;
  const pvr = parseCpv(other.cpv).pvr;
  const slot = other.slot === '0' ? '' : `:${other.slot}`;
  const isOlder = compareVersions(other.version, parseCpv(pkg.cpv).version) < 0;
  const mask: readonly DesignEdit[] = isOlder ? [{ kind: 'mask', atom: `>${name}-${pvr}${slot}` }] : [];
  const hasKeyword = other.keywords.includes(arch) || other.keywords.includes(`~${arch}`);
  const keyword: DesignEdit = {
    kind: 'accept_keywords',
    atom: `=${name}-${pvr}`,
    keywords: [hasKeyword ? `~${arch}` : '**'],
  };
  const unmask: DesignEdit = { kind: 'unmask', atom: `=${name}-${pvr}` };
  const ways = [mask, [...mask, keyword], [...mask, keyword, unmask]];
  return other.keywords.includes(arch) ? [...ways.filter((way) => way.length > 0), [...mask, unmask]] : ways.slice(1);
}

/**
 * Other versions of packages whose sources can be had nowhere, of which all sources can be had. Each change was planned, and
 * afterwards fewer files are missing. The last one makes all of them together, when there are several.
 */
export async function sourceFixes(
  opened: OpenedDesign,
  plan: Plan,
  sources: PlanSources,
  finder = new SourceFinder(opened),
  onTry?: () => void,
): Promise<readonly Fix[]> {
  const arch = boards[opened.design.board].keyword;
  const describe = describeEbuilds(opened.staging, opened.tree.repositories);
  const before = countMissing(sources);
  const fixes: Fix[] = [];
  let plans = 0;
  const tryEdits = async (edits: readonly DesignEdit[], wanted: string | null): Promise<Plan | null> => {
    onTry?.();
    if (++plans > mostPlans) return null;
    const result = await asking(opened, () => planWithEdits(opened, edits));
    if (result?.kind !== 'planned') return null;
    if (wanted !== null && !result.plan.packages.some(({ root, cpv }) => root === 'staging' && cpv === wanted))
      return null;
    return countMissing(await planSources(opened, result.plan, finder)) < before ? result.plan : null;
  };
  for (const pkg of withoutSources(plan, sources)) {
    const others = opened.staging
      .candidates(`${pkg.category}/${pkg.pn}`)
      .filter(({ kind, cpv, slot }) => kind === 'ebuild' && cpv !== pkg.cpv && slot === pkg.slot)
      .sort((a, b) => compareVersions(b.version, a.version));
    search: for (const other of others) {
      const facts = describe({ ...pkg, cpv: other.cpv, repository: other.repository });
      if (!(await hasAllSources(other.cpv, facts, finder))) continue;
      for (const edits of editsTo(pkg, other, arch)) {
        const changed = await tryEdits(edits, other.cpv);
        if (!changed) continue;
        const title = `Use ${pkg.pn} ${parseCpv(other.cpv).pvr}`;
        const left = countMissing(await planSources(opened, changed, finder));
        fixes.push({ edits, title, cost: costOf(before, left, pkg) });
        break search;
      }
    }
  }
  if (fixes.length < 2) return fixes;
  const all = fixes.flatMap(({ edits }) => edits);
  plans = 0;
  const changed = await tryEdits(all, null);
  if (!changed) return fixes;
  const left = countMissing(await planSources(opened, changed, finder));
  const title = `Use versions whose sources are available (${fixes.length} packages)`;
  return [...fixes, { edits: all, title, cost: costOf(before, left, null) }];
}

function costOf(before: number, left: number, pkg: PlannedPackage | null): string {
  const instead = pkg ? `Instead of ${pkg.version}. ` : '';
  const rest = left === 0 ? 'Then every source is available.' : `Then ${left} of ${before} files are still missing.`;
  return `${instead}${rest}`;
}
