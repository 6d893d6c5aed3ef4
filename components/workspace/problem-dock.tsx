'use client';

import { ChevronDown, ChevronUp, CircleAlert, HardDrive, Info, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '@/components/data/problem';
import { useSaveText } from '@/components/data/use-save-text';
import { ObstacleNote } from '@/components/plan/obstacle-note';
import { Unsolved } from '@/components/plan/unsolved';
import { PlanWarnings } from '@/components/plan/warnings';
import { LeftOut } from '@/components/trees/left-out';
import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import { useIsWide } from '@/components/ui/use-is-wide';
import type { PlanAnswer, PrefixDocument } from '@/lib/api/wire';
import { warningsOf } from '@/lib/resolve/plan';

/** Problems of the stored design with their fixes, docked at the bottom like a compiler's. */
export function ProblemDock({
  document,
  answer,
  error,
}: {
  document: PrefixDocument;
  answer: PlanAnswer | undefined;
  error: unknown;
}) {
  const save = useSaveText(document);
  const unsolved = document.design !== null && answer?.result.kind === 'unsolved' ? answer.result : null;
  const warnings = answer ? warningsOf(answer.result) : [];
  const obstacle = answer?.obstacle ?? null;
  const scarce = answer?.scarce ?? null;
  const notices = answer?.notices ?? [];
  const errors = document.problems.length + (unsolved?.derivations.length ?? 0) + (error ? 1 : 0);
  const [chosen, setOpen] = useState<boolean | null>(null);
  const dock = useRef<HTMLElement>(null);
  const isWide = useIsWide();
  const isThere = errors + warnings.length > 0 || obstacle !== null || scarce !== null || notices.length > 0;
  useEffect(() => {
    const element = dock.current;
    if (!element || !isThere) return;
    const { style } = window.document.documentElement;
    // what fills the rest of the page leaves this much
    const observer = new ResizeObserver(() => style.setProperty('--dock-height', `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty('--dock-height');
    };
  }, [isThere]);
  if (!isThere) return null;
  // a surprise that nobody opens is a surprise; the note alone says enough in its title
  // on a phone it would cover the page: there it is a line until it is opened
  const open = chosen ?? (isWide && errors + warnings.length > 0);
  const Chevron = open ? ChevronDown : ChevronUp;
  return (
    <section ref={dock} aria-label="Problems" className="sticky bottom-0 z-20 border-t bg-surface max-md:bottom-14">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full min-w-0 items-center gap-3 overflow-hidden px-3 py-1.5 text-sm whitespace-nowrap hover:bg-link-tint md:px-6"
      >
        {errors > 0 && (
          <span className="inline-flex items-center gap-1.5 font-medium text-act-ink">
            <CircleAlert aria-hidden className="size-4" /> {count(errors, 'problem')}
          </span>
        )}
        {warnings.length > 0 && (
          <span className="inline-flex items-center gap-1.5">
            <TriangleAlert aria-hidden className="size-4" /> {count(warnings.length, 'surprise')}
          </span>
        )}
        {obstacle && (
          <span className="inline-flex items-center gap-1.5">
            <Info aria-hidden className="size-4" /> cannot be built here
          </span>
        )}
        {scarce && (
          <span className="inline-flex items-center gap-1.5">
            <HardDrive aria-hidden className="size-4" /> little room on the disk
          </span>
        )}
        {notices.length > 0 && (
          <span className="inline-flex items-center gap-1.5 text-muted">{count(notices.length, 'note')}</span>
        )}
        <Chevron aria-hidden className="ml-auto size-4 text-muted" />
      </button>
      {open && (
        <div className="pane flex max-h-[38vh] flex-col gap-3 px-3 pb-3 md:px-6">
          {document.problems.map((problem) => (
            <p key={`${problem.field} ${problem.code}`} className="text-sm">
              <span className="text-act-ink">
                {problem.line && `Line ${problem.line}: `}
                <Quoted text={problem.message} />
              </span>{' '}
              <Quoted text={problem.hint} />
            </p>
          ))}
          {error !== null && <Problem error={error} what="There is no plan" />}
          {unsolved && (
            <Unsolved
              derivations={unsolved.derivations}
              fixes={unsolved.fixes}
              noFix={unsolved.noFix}
              text={document.text}
              onText={save}
            />
          )}
          <PlanWarnings warnings={warnings} text={document.text} onText={save} />
          <LeftOut notices={notices} />
          {obstacle && <ObstacleNote obstacle={obstacle} text={document.text} onText={save} />}
          {scarce && <ObstacleNote obstacle={scarce} title="There is little room for a build" />}
        </div>
      )}
    </section>
  );
}
