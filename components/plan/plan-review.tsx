'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { LeftOut } from '@/components/trees/left-out';
import type { PlanAnswer } from '@/lib/api/wire';
import { planSentence } from './counts';
import { ObstacleNote } from './obstacle-note';
import { PlanRemovals } from './plan-lists';
import { PlanProblem, PlanWaiting } from './plan-waiting';
import { SourcesCard } from './sources-card';
import { ToolchainNote } from './toolchain-note';
import { Unsolved } from './unsolved';
import { PlanWarnings } from './warnings';

/** What comes of a design before it is built or saved: the plan with all that is worth knowing, or why there is none. */
export function PlanReview({
  plan,
  tree,
  text,
  onText,
  lead = '',
}: {
  plan: UseQueryResult<PlanAnswer>;
  tree: string;
  /** what was planned */
  text: string;
  onText: (text: string) => void;
  /** begins the sentence on the plan */
  lead?: string;
}) {
  if (plan.isPending) return <PlanWaiting tree={tree} />;
  if (plan.isError) return <PlanProblem error={plan.error} tree={tree} again={() => plan.refetch()} />;
  const answer = plan.data;
  const { result } = answer;
  return (
    <>
      {result.kind === 'unsolved' && (
        <Unsolved
          derivations={result.derivations}
          fixes={result.fixes}
          noFix={result.noFix}
          text={text}
          onText={onText}
        />
      )}
      <LeftOut notices={answer.notices} />
      {result.kind === 'unsolved' && <PlanWarnings warnings={result.warnings} text={text} onText={onText} />}
      {result.kind === 'planned' && (
        <>
          <p aria-live="polite">
            {lead}
            {planSentence(result.plan)}.{' '}
            <span className="text-muted tabular">Planned in {Math.max(1, Math.round(answer.durationMs))} ms.</span>
          </p>
          <PlanRemovals plan={result.plan} />
          {answer.obstacle?.message !== answer.toolchain.summary && <ToolchainNote toolchain={answer.toolchain} />}
          <PlanWarnings warnings={result.plan.warnings} text={text} onText={onText} />
          <SourcesCard text={text} onText={onText} />
          {answer.obstacle && <ObstacleNote obstacle={answer.obstacle} text={text} onText={onText} />}
          {answer.scarce && <ObstacleNote obstacle={answer.scarce} title="There is little room for a build" />}
        </>
      )}
    </>
  );
}
