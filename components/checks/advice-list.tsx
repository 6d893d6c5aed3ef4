'use client';

import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Quoted } from '@/components/ui/field';
import type { RootAdvice } from '@/lib/layout/roots-advice';
import type { RootsState } from './roots-input';

const looks = {
  error: { icon: CircleAlert, tone: 'text-act-ink', word: 'Does not work' },
  warning: { icon: TriangleAlert, tone: 'text-ink', word: 'Look' },
  info: { icon: Info, tone: 'text-muted', word: 'Note' },
} as const;

/** What to know about the combination, each with the button that changes it. */
export function AdviceList({
  advice,
  onFix,
}: {
  advice: readonly RootAdvice[];
  onFix: (changes: Partial<RootsState>) => void;
}) {
  return (
    <section aria-label="What to know" className="rounded-lg border bg-surface p-3.5">
      <h3 className="mb-2 text-sm font-semibold">What to know about these values</h3>
      {advice.length === 0 && (
        <p className="flex items-center gap-2 text-sm">
          <CircleCheck aria-hidden className="size-4 text-final-ink" /> Nothing unusual: this is how a prefix is meant
          to be used.
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {advice.map((entry) => {
          const { icon: Icon, tone, word } = looks[entry.severity];
          return (
            <li key={entry.code} className="flex items-start gap-2 text-sm">
              <Icon aria-label={word} className={`mt-0.5 size-4 shrink-0 ${tone}`} />
              <div className="min-w-0">
                <p className={`break-words ${entry.severity === 'error' ? tone : ''}`}>
                  <Quoted text={entry.message} />
                </p>
                {entry.fixes.length > 0 && (
                  <div className="mt-1.5 flex flex-wrap gap-1.5">
                    {entry.fixes.map((fix) => (
                      <Button
                        key={fix.title}
                        size="sm"
                        className="max-w-full"
                        title={fix.title}
                        onClick={() => onFix(fix.changes)}
                      >
                        <span className="truncate">{fix.title}</span>
                      </Button>
                    ))}
                  </div>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
