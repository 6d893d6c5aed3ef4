import { applyEdits, type Design } from '../../lib/design';
import { boards } from '../../lib/layout/names';
import { type OpenedDesign, reopenDesign } from '../../lib/plan/open-design';
import { planOpened } from '../../lib/plan/plan-design';
import { explainDerivations } from '../../lib/resolve/explain';
import type { DesignEdit, PlanResult } from '../../lib/resolve/plan';
import type { Candidate } from '../../lib/resolve/provider';

/** Versions whose sources can be had with the very bytes of the Manifest: `category/PN-version`. */
export type Fetchable = ReadonlySet<string>;

const ebuildsOf = (opened: OpenedDesign, name: string): readonly Candidate[] =>
  opened.staging.candidates(name).filter(({ kind, repository }) => kind === 'ebuild' && repository !== 'toolchain');

const hasSources = (ebuild: Candidate): boolean =>
  ((ebuild as { metadata?: Readonly<Record<string, string>> }).metadata?.SRC_URI ?? '') !== '';

/** The design with everything masked that has sources which cannot be had, and testing versions accepted where no other is left. */
export function onlyFetchable(opened: OpenedDesign, fetchable: Fetchable): Design {
  const { keyword } = boards[opened.design.board];
  const package_mask: string[] = [];
  const package_accept_keywords: Record<string, string[]> = {};
  for (const name of opened.staging.allQualifiedNames()) {
    const ebuilds = ebuildsOf(opened, name);
    const left = ebuilds.filter((each) => !hasSources(each) || fetchable.has(each.cpv));
    for (const each of ebuilds) if (!left.includes(each)) package_mask.push(`=${each.cpv}`);
    const isStable = left.some(({ keywords }) => keywords.includes(keyword));
    const isTesting = left.some(({ keywords }) => keywords.includes(`~${keyword}`));
    if (!isStable && isTesting) package_accept_keywords[name] = [`~${keyword}`];
  }
  return { ...opened.design, package_mask, package_accept_keywords };
}

export interface Choice {
  readonly design: Design;
  /** packages left out, and why */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** Which of the wanted packages can be planned on fetchable sources alone, all together in one design. */
export function chooseBuildable(
  opened: OpenedDesign,
  wanted: readonly string[],
  fetchable: Fetchable,
  broken: readonly string[],
): Choice {
  const fetched = onlyFetchable(opened, fetchable);
  const base = { ...fetched, package_mask: [...fetched.package_mask, ...broken.map((cpv) => `=${cpv}`)] };
  const leftOut = new Map<string, string>();
  let design: Design = { ...base, packages: [] };
  for (const name of wanted) {
    const next = { ...design, packages: [...design.packages, name] };
    const result = planOf(opened, next, true);
    if (result?.kind === 'planned') design = next;
    else {
      const fixed = result?.fixes.map(({ edits }) => edits).find(isAboutFlags);
      const changed = fixed && applyEdits(next, fixed);
      if (changed && planOf(opened, changed, false)?.kind === 'planned') design = changed;
      else
        leftOut.set(
          name,
          result?.derivations[0] ? (explainDerivations(result.derivations)[0]?.title ?? '') : 'not open',
        );
    }
  }
  return { design, leftOut };
}

function planOf(opened: OpenedDesign, design: Design, wantsFixes: boolean): PlanResult | null {
  const changed = reopenDesign(opened, design);
  return changed && planOpened(changed, wantsFixes);
}

/** A change of flags is fair; to unmask what cannot be fetched is not. */
const isAboutFlags = (edits: readonly DesignEdit[]): boolean =>
  edits.every(({ kind }) => kind === 'package_use' || kind === 'use' || kind === 'make_conf');
