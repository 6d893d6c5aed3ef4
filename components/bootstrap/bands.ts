import type { BootstrapPlan, Provider, StageReport } from '@/lib/plan/bootstrap-report';
import type { BootstrapRole } from '@/lib/plan/bootstrap-stages';

/** Neighbouring stages in which a role is filled by the same one. */
export interface Band {
  /** index of the first stage */
  readonly from: number;
  readonly span: number;
  /** null: nobody, and it is not needed; `waits`: an earlier stage has no plan */
  readonly provider: Provider | null | 'waits';
}

const keyOf = (provider: Band['provider']): string => JSON.stringify(provider);

/** Who fills a role from the first stage to the last. */
export function bandsOf(plan: Pick<BootstrapPlan, 'stages'>, role: BootstrapRole): Band[] {
  const bands: Band[] = [];
  for (const [index, { restsOn }] of plan.stages.entries()) {
    const provider = restsOn === null ? 'waits' : restsOn[role];
    const last = bands.at(-1);
    if (last && keyOf(last.provider) === keyOf(provider)) bands[bands.length - 1] = { ...last, span: last.span + 1 };
    else bands.push({ from: index, span: 1, provider });
  }
  return bands;
}

/** `sys-libs/glibc-2.43-r2` → `glibc-2.43-r2` */
export const nameOf = (cpv: string): string => cpv.slice(cpv.indexOf('/') + 1);

/** The stage to show when none was chosen: the one that needs attention, else the first. */
export function stageToShow(stages: readonly StageReport[], chosen: string): StageReport | undefined {
  return (
    stages.find(({ id }) => id === chosen) ?? stages.find(({ outcome }) => outcome.kind === 'unsolved') ?? stages[0]
  );
}
