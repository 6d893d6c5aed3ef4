import { Check, ClipboardCheck, Disc3, FileCog, Hammer, ListTree, type LucideIcon, PackageCheck } from 'lucide-react';
import type { RunStage, RunView } from '@/lib/api/run-view';
import { stageProgress } from './stages';

const icons: Readonly<Partial<Record<RunStage, LucideIcon>>> = {
  planning: ListTree,
  setup: FileCog,
  staging: Hammer,
  final: PackageCheck,
  proof: ClipboardCheck,
  image: Disc3,
};

const tone: Readonly<Partial<Record<RunStage, string>>> = {
  staging: 'text-staging-ink',
  final: 'text-final-ink',
  image: 'text-image-ink',
};

const bar: Readonly<Partial<Record<RunStage, string>>> = {
  staging: 'bg-staging',
  final: 'bg-final',
  image: 'bg-image',
};

/** The steps of a build from plan to image; the place steps fill with their packages. */
export function StageTrack({ view }: { view: RunView }) {
  const steps = stageProgress(view);
  return (
    <ol aria-label="Steps" className="grid grid-cols-3 gap-x-2 gap-y-2 sm:grid-cols-6">
      {steps.map((step) => {
        const Icon = step.state === 'done' ? Check : (icons[step.stage] ?? Check);
        return (
          <li key={step.stage} aria-current={step.state === 'now' ? 'step' : undefined} className="min-w-0">
            <div className="h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className={`h-full transition-[width] duration-150 ${step.state === 'failed' ? 'bg-act' : (bar[step.stage] ?? 'bg-host')} ${step.state === 'now' && step.share === 0 ? 'working' : ''}`}
                style={{ width: `${step.state === 'now' && step.share === 0 ? 8 : step.share * 100}%` }}
              />
            </div>
            <p
              className={`mt-1 flex items-center gap-1 text-xs ${
                step.state === 'failed'
                  ? 'font-medium text-act-ink'
                  : step.state === 'ahead'
                    ? 'text-faint'
                    : (tone[step.stage] ?? 'text-ink')
              } ${step.state === 'now' ? 'font-semibold' : ''}`}
            >
              <Icon aria-hidden className="size-3.5 shrink-0" />
              <span className="truncate">{step.label}</span>
              <span className="ml-auto text-muted tabular">{step.note}</span>
              <span className="sr-only">{step.state}</span>
            </p>
          </li>
        );
      })}
    </ol>
  );
}
