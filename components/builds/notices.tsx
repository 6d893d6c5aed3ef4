'use client';

import { MessageSquareWarning } from 'lucide-react';
import { identityOf } from '@/components/package/identity';
import { PackageName } from '@/components/package/package-chip';
import { placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { Button } from '@/components/ui/button';
import { count } from '@/components/ui/format';
import { noticeTitle } from '@/lib/api/notice-words';
import type { RunView } from '@/lib/api/run-view';

/** What packages want people to know after the build, and what our checks found in what they install. */
export function NoticesCard({ view, onLog }: { view: RunView; onLog: (id: string) => void }) {
  const told = view.packages.filter(({ notices }) => notices.length > 0);
  if (told.length === 0) return null;
  const total = told.reduce((sum, { notices }) => sum + notices.length, 0);
  return (
    <section aria-label="Notices of packages" className="overflow-hidden rounded-lg border bg-surface">
      <details>
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-2 px-4 py-2.5 font-semibold">
          <MessageSquareWarning aria-hidden className="size-4 shrink-0 text-muted" />
          {count(total, 'notice')} of {count(told.length, 'package')}
        </summary>
        <ul className="max-h-[32rem] overflow-y-auto border-t">
          {told.map((entry) => (
            <li key={entry.id} className="border-b px-4 py-2.5 last:border-b-0">
              <div className="flex flex-wrap items-center gap-x-2">
                <PlaceIcon place={entry.root} className="size-4 shrink-0" />
                <PackageName {...identityOf(entry.cpv)} />
                <span className="text-sm text-muted">in {placeWords[entry.root].label}</span>
                <span className="ml-auto">
                  <Button onClick={() => onLog(entry.id)}>Its log</Button>
                </span>
              </div>
              <ul className="mt-1 flex flex-col gap-2">
                {entry.notices.map((notice, index) => (
                  <li key={index}>
                    <p className="text-sm font-medium">{noticeTitle(notice)}</p>
                    <pre className="mono text-xs leading-5 break-words whitespace-pre-wrap text-muted">
                      {notice.text}
                    </pre>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
