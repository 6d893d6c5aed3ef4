'use client';

import { CircleAlert } from 'lucide-react';
import { PlaceMark } from '@/components/place/place-mark';
import { Quoted } from '@/components/ui/field';
import { explainDerivation } from '@/lib/resolve/explain';
import { explainNoFix } from '@/lib/resolve/explain-no-fix';
import { type Derivation, type Fix, givesPlan, type NoFixReason } from '@/lib/resolve/plan';
import { FixList } from './fix-list';

/** Why there is no plan, root cause first, and what would give one, or helps in part. Each fix was planned before it is offered. */
export function Unsolved({
  derivations,
  fixes,
  noFix,
  text,
  onText,
}: {
  derivations: readonly Derivation[];
  fixes: readonly Fix[];
  /** why there is none, when there is none */
  noFix: readonly NoFixReason[];
  text: string;
  onText: (text: string) => void;
}) {
  const isSolved = fixes.some(givesPlan);
  return (
    <section
      aria-label="Why there is no plan"
      className="flex flex-col gap-3 rounded-lg border border-act/40 bg-act-tint/60 p-4"
    >
      {derivations.map((derivation, index) => (
        <Reason
          key={`${derivation.root} ${derivation.failure.kind} ${index}`}
          derivation={derivation}
          // what is only likely to help would stand beside what is proven to
          showsNext={!isSolved}
          isInVain={noFix.length > 0}
        />
      ))}
      <div>
        <h3 className="mb-1.5 text-sm font-semibold">
          {isSolved
            ? 'What would work'
            : fixes.length > 0
              ? 'What helps in part'
              : 'No change was found that would work'}
        </h3>
        {fixes.length > 0 ? <FixList fixes={fixes} text={text} onText={onText} /> : <NoFix reasons={noFix} />}
      </div>
      {fixes.length > 0 && !isSolved && (
        <div>
          <h3 className="mb-1.5 text-sm font-semibold">No change was found for the rest</h3>
          <NoFix reasons={noFix} />
        </div>
      )}
    </section>
  );
}

/** What was in the way of each change that would be the obvious one. */
function NoFix({ reasons }: { reasons: readonly NoFixReason[] }) {
  const sentences = explainNoFix(reasons);
  if (sentences.length === 0) return <p className="text-sm">None of the changes that were tried led to a plan.</p>;
  return (
    <ul aria-label="Why nothing helps" className="flex list-disc flex-col gap-1 pl-5 text-sm">
      {sentences.map((sentence) => (
        <li key={sentence} className="break-words">
          <Quoted text={sentence} />
        </li>
      ))}
    </ul>
  );
}

/** One cause with its way down from the request. */
export function Reason({
  derivation,
  showsNext,
  isInVain = false,
}: {
  derivation: Derivation;
  showsNext: boolean;
  /** changes were looked for and none was found */
  isInVain?: boolean;
}) {
  const story = explainDerivation(derivation, isInVain);
  return (
    <div>
      <h3 className="flex items-start gap-2 font-semibold text-act-ink">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">
          <Quoted text={story.title} /> <PlaceMark place={derivation.root} />
        </span>
      </h3>
      <div className="mt-1 ml-6 flex flex-col gap-1 text-sm">
        {story.cause.map((sentence) => (
          <p key={sentence} className="break-words">
            <Quoted text={sentence} />
          </p>
        ))}
        {story.path.length > 0 && (
          <ol aria-label="How it came to this" className="border-l-2 border-line-strong/40 pl-3 text-ink">
            {story.path.map((hop) => (
              <li key={hop.sentence} className="break-words">
                <Quoted text={hop.sentence} />
              </li>
            ))}
          </ol>
        )}
        {showsNext &&
          story.next.map((sentence) => (
            <p key={sentence} className="break-words">
              <Quoted text={sentence} />
            </p>
          ))}
      </div>
    </div>
  );
}
