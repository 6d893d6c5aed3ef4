'use client';

import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { Design } from '@/lib/design/schema';
import { checkSysextPath, type SysextCheck } from '@/lib/design/sysext-checks';

const looks = {
  act: { icon: CircleAlert, tone: 'text-act-ink', word: 'Act now' },
  look: { icon: TriangleAlert, tone: 'text-ink', word: 'Look' },
  good: { icon: CircleCheck, tone: 'text-final-ink', word: 'Good' },
} as const;

export function SysextList({
  design,
  onEdit,
}: {
  design: Design;
  onEdit: (edit: NonNullable<SysextCheck['edit']>) => void;
}) {
  return (
    <ul className="overflow-hidden rounded-lg border bg-surface">
      {checkSysextPath(design).map((check) => {
        const { icon: Icon, tone, word } = looks[check.level];
        return (
          <li
            key={check.code}
            className="flex flex-wrap items-start gap-x-3 gap-y-2 border-b px-4 py-2.5 last:border-b-0"
          >
            <Icon aria-label={word} className={`mt-0.5 size-4 shrink-0 ${tone}`} />
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium break-words">{check.title}</p>
              <p className="max-w-prose text-sm break-words text-muted">{check.text}</p>
            </div>
            {check.edit && (
              <Button size="sm" onClick={() => check.edit && onEdit(check.edit)}>
                {check.edit.title}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
