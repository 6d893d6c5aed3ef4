import { ArrowDown, CornerDownRight } from 'lucide-react';
import { Quoted } from '@/components/ui/field';
import type { RootDecision } from '@/lib/layout/roots';

const answerWord = (answer: boolean | null): string => (answer === null ? 'not asked' : answer ? 'yes' : 'no');

/** The questions that decide where DEPEND is looked for, in order; the one that decided is lit. */
export function DecisionDiagram({ decisions }: { decisions: readonly RootDecision[] }) {
  if (decisions.length === 0) return null;
  return (
    <section aria-label="How it was decided" className="rounded-lg border bg-surface p-3.5">
      <h3 className="mb-2 text-sm font-semibold">How DEPEND was decided</h3>
      <ol>
        {decisions.map((decision, at) => (
          <li key={decision.id}>
            <div
              aria-current={decision.decides ? 'true' : undefined}
              className={`rounded-md border px-3 py-1.5 text-sm ${
                decision.decides
                  ? 'border-link bg-link-tint ring-1 ring-link'
                  : decision.answer === null
                    ? 'border-dashed text-faint'
                    : ''
              }`}
            >
              <div className="flex items-start justify-between gap-3">
                <span className="min-w-0 break-words">
                  <Quoted text={decision.question} />
                </span>
                <span className={`shrink-0 text-xs ${decision.decides ? 'font-semibold text-link-ink' : 'text-muted'}`}>
                  {answerWord(decision.answer)}
                </span>
              </div>
              {decision.decides && (
                <p className="mt-1 flex items-start gap-1.5">
                  <CornerDownRight aria-hidden className="mt-0.5 size-3.5 shrink-0 text-link-ink" />
                  <span className="min-w-0 break-words">
                    <Quoted text={decision.consequence} />
                  </span>
                </p>
              )}
            </div>
            {at < decisions.length - 1 && (
              <ArrowDown
                aria-hidden
                className={`mx-auto my-0.5 size-3.5 ${decision.answer === null || decision.decides ? 'text-line' : 'text-muted'}`}
              />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
