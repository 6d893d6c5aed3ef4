import { isFailedCheck, isUnproven } from '@/lib/api/proof-story';
import { runTotals } from '@/lib/api/reduce-run';
import type { RunStage, RunView } from '@/lib/api/run-view';

export interface StageStep {
  readonly stage: RunStage;
  readonly label: string;
  readonly state: 'done' | 'now' | 'ahead' | 'failed';
  /** 0 to 1 */
  readonly share: number;
  /** `3/7` for the steps that have packages */
  readonly note: string;
}

const order: readonly RunStage[] = ['planning', 'setup', 'staging', 'final', 'proof', 'image'];

const labels: Readonly<Partial<Record<RunStage, string>>> = {
  planning: 'Plan',
  setup: 'Set up',
  staging: 'Staging',
  final: 'Final',
  proof: 'Proof',
  image: 'Image',
};

/** How far each step of a run is. Packages count for their own place, whatever stage was announced last. */
export function stageProgress(view: RunView): StageStep[] {
  const finished = view.state === 'succeeded';
  const broken = view.state === 'failed' || view.state === 'cancelled';
  const reached = reachedStage(view);
  return order.map((stage, at) => {
    const totals = stage === 'staging' || stage === 'final' ? runTotals(view, stage) : null;
    const good = totals ? totals.done + totals.reused : 0;
    const proven = proofState(view, stage);
    if (proven) return { stage, label: labels[stage] ?? stage, state: proven, share: 1, note: '' };
    const complete = totals !== null && totals.total > 0 && good === totals.total;
    const passed = finished || at < reached || (complete && at <= reached);
    const state =
      passed && !(totals && totals.failed > 0)
        ? 'done'
        : at === reached || (totals?.failed ?? 0) > 0
          ? broken
            ? 'failed'
            : view.state === 'queued'
              ? 'ahead'
              : 'now'
          : 'ahead';
    const share = totals && totals.total > 0 ? good / totals.total : passed ? 1 : 0;
    return {
      stage,
      label: labels[stage] ?? stage,
      state,
      share: state === 'done' ? 1 : share,
      note: totals && totals.total > 0 ? `${good}/${totals.total}` : '',
    };
  });
}

/** What the checks say of the last two steps of a run that is over; null: nothing about this step. */
function proofState(view: RunView, stage: RunStage): 'done' | 'failed' | null {
  if (view.state !== 'failed' || !isUnproven(view.proof)) return null;
  const isBroken = (isOfImage: boolean): boolean =>
    view.proof?.some((check) => isFailedCheck(check) && (check.name === 'image') === isOfImage) ?? false;
  if (stage === 'proof') return isBroken(false) ? 'failed' : 'done';
  if (stage === 'image' && view.image) return isBroken(true) ? 'failed' : 'done';
  return null;
}

/** Index of the step the run is at; after `done` the one it stopped in. */
function reachedStage(view: RunView): number {
  if (view.stage !== 'done' && view.stage !== 'queued') return order.indexOf(view.stage);
  if (view.image) return order.indexOf('image');
  if (view.proof) return order.indexOf('proof');
  const open = (root: 'staging' | 'final'): boolean => {
    const totals = runTotals(view, root);
    return totals.total > 0 && totals.done + totals.reused < totals.total;
  };
  if (view.packages.length === 0) return view.planHash ? order.indexOf('setup') : 0;
  if (open('staging')) return order.indexOf('staging');
  return open('final') ? order.indexOf('final') : order.indexOf('proof');
}
