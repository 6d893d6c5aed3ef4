'use client';

import { TriangleAlert } from 'lucide-react';
import { Quoted } from '@/components/ui/field';
import type { PlanWarning } from '@/lib/resolve/plan';
import { FixButton } from './fix-button';

const titleOf = ({ code }: PlanWarning): string =>
  code === 'OUTSIDE_DESIGN' ? 'Set outside the design' : 'Not what you might expect';

/** What a plan quietly decided that a person may not expect. */
export function PlanWarnings({
  warnings,
  text,
  onText,
}: {
  warnings: readonly PlanWarning[];
  text: string;
  onText: (text: string) => void;
}) {
  if (warnings.length === 0) return null;
  return (
    <ul aria-label="Worth knowing" className="flex flex-col gap-2">
      {warnings.map((warning) => (
        <li
          key={`${warning.code} ${warning.message}`}
          className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border border-l-4 border-line-strong/50 border-l-staging bg-raised px-3 py-2.5 text-sm"
        >
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-staging-ink" />
          <span className="min-w-0 flex-1 basis-64 break-words">
            <strong className="block">{titleOf(warning)}</strong>
            <Quoted text={warning.message} />
            {warning.hint && (
              <span className="block text-muted">
                <Quoted text={warning.hint} />
              </span>
            )}
          </span>
          {warning.fix && <FixButton fix={warning.fix} text={text} onText={onText} />}
        </li>
      ))}
    </ul>
  );
}
