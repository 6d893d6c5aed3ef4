import { applyEdits, type Design, undoneBy } from '../design';
import { resolvePlan } from '../resolve';
import type { DesignEdit, PlanResult } from '../resolve/plan';
import { advisoryWarnings } from './advisory-warnings';
import { idleLineWarnings } from './idle-lines';
import { imageWarnings } from './image-warnings';
import { keptAsBuiltWarnings } from './kept-as-built';
import { movedNameWarnings } from './moved-names';
import { type OpenedDesign, type OpenOptions, openDesign, reopenDesign } from './open-design';
import { outsideWarnings } from './outside-design';
import { refinePlan } from './refine-plan';
import { standInWarnings } from './stand-ins';
import { undoneByHand } from './undone-by-hand';
import { plannableRequests } from './world';

/** A plan, or why there is none, together with what it was made from. */
export type DesignPlan = PlanResult & { readonly opened: OpenedDesign };

/** What a prefix begins with, by its tool chain. The SDK's prefixes are bootstrapped by their own steps. */
const bases = {
  host: { staging: ['sys-libs/c-runtime', 'sys-devel/c-toolchain'], final: ['sys-libs/c-runtime'] },
  sdk: { staging: [], final: [] },
} as const;

/** Atoms that the staging and final root of a design get first. */
export const planBase = ({ toolchain }: Pick<OpenedDesign, 'toolchain'>): (typeof bases)[keyof typeof bases] =>
  bases[toolchain.kind];

/**
 * Plans an opened design. Nothing is written. `wantsFixes`: when there is no plan, look for edits that give one.
 * `onTry` is called before each of them is planned; what it throws ends the search.
 */
export function planOpened(opened: OpenedDesign, wantsFixes = true, onTry?: () => void): PlanResult {
  const { design, staging } = opened;
  const requests = plannableRequests(opened);
  const result = resolveOpened(opened, requests, wantsFixes, onTry);
  const outside = outsideWarnings(opened, requests.outside, requests.lost);
  const image = imageWarnings(design);
  const idle = idleLineWarnings(opened);
  if (result.kind !== 'planned') return { ...result, warnings: [...outside, ...image, ...idle] };
  const { plan } = result;
  const proves = (edits: readonly DesignEdit[]) => planWithEdits(opened, edits)?.kind === 'planned';
  const warnings = [
    ...plan.warnings,
    ...outside,
    ...keptAsBuiltWarnings(opened, plan),
    ...image,
    ...movedNameWarnings(design, staging, wantsFixes ? proves : () => false),
    ...standInWarnings(opened, plan),
    ...advisoryWarnings(opened),
    ...idle,
  ];
  return { kind: 'planned', plan: { ...plan, warnings } };
}

/** The plan, or why there is none, without what else is worth knowing: that is not looked up for what is only tried. */
function resolveOpened(
  opened: OpenedDesign,
  { outside }: ReturnType<typeof plannableRequests>,
  wantsFixes: boolean,
  onTry?: () => void,
): PlanResult {
  const { design, host, staging, final } = opened;
  const base = planBase(opened);
  let byHand: ReturnType<typeof undoneByHand> | null = null;
  const result = resolvePlan({
    board: design.board,
    prefixPath: design.path,
    requests: design.packages,
    stagingBase: base.staging,
    finalBase: base.final,
    outside,
    host,
    staging,
    final,
    ownVariables: Object.keys(design.make_conf),
    undone: (edit) => {
      byHand ??= undoneByHand(opened);
      return [...undoneBy(design, edit), ...byHand(edit)];
    },
    wantsFixes,
    replan: (edits) => {
      onTry?.();
      return planWithEdits(opened, edits);
    },
  });
  return result.kind === 'planned' ? { ...result, plan: refinePlan(opened, result.plan, base.staging) } : result;
}

/** Loads everything a design needs and plans it. Throws for trees and configurations that cannot be read. */
export async function planDesign(design: Design, options: OpenOptions = {}): Promise<DesignPlan> {
  const opened = await openDesign(design, options);
  return { ...planOpened(opened), opened };
}

/** Plans the design as these edits leave it, to try them; null: the edits need repositories that are not open. */
export function planWithEdits(opened: OpenedDesign, edits: readonly DesignEdit[]): PlanResult | null {
  const changed = reopenDesign(opened, applyEdits(opened.design, edits));
  return changed === null ? null : resolveOpened(changed, plannableRequests(changed), false);
}
