'use client';

import { FolderX } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Problem } from '@/components/data/problem';
import { usePrefix } from '@/components/data/use-prefix';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { FourPlaceBar } from '@/components/place/four-place-bar';
import type { Place } from '@/components/place/place';
import { timeSentence } from '@/components/plan/expected-time';
import { workspaceHref } from '@/components/shell/views';
import { StateBadge } from '@/components/state/state-badge';
import { unfinishedSentence } from '@/components/state/unfinished';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { SkeletonRows } from '@/components/ui/skeleton';
import { ProblemDock } from './problem-dock';
import { WorkspaceActions } from './workspace-actions';
import { WorkspaceTabs } from './workspace-tabs';

/** The frame of a prefix: its name, the four places as navigation, its views, its problems. */
export function Workspace({ name, children }: { name: string; children: ReactNode }) {
  const { prefix, plan, figures, row, isGone } = usePrefix(name);
  const pathname = usePathname();
  const base = workspaceHref(name, '');
  const segment = pathname.slice(base.length + 1).split('/')[0] ?? '';
  const { data } = prefix;
  const time = plan.data ? timeSentence(plan.data.cost) : null;

  if (prefix.isError) {
    return (
      <div className="px-3 py-5 md:px-6">
        <h1 className="sr-only">{name}</h1>
        <Problem error={prefix.error} what={`The prefix ${name} could not be opened`} again={() => prefix.refetch()} />
      </div>
    );
  }
  if (isGone) {
    return (
      <div className="px-3 py-5 md:px-6">
        <h1 className="sr-only">{name}</h1>
        <EmptyState
          icon={FolderX}
          title={`The prefix ${name} was removed`}
          action={<ButtonLink href="/">Go to your prefixes</ButtonLink>}
        >
          Somebody removed it with its builds while this page was open.
        </EmptyState>
      </div>
    );
  }
  const hrefs: Readonly<Record<Place, string>> = {
    host: `${base}/graph?focus=host`,
    staging: `${base}/graph?focus=staging`,
    final: `${base}/files`,
    image: `${base}/image`,
  };
  const current: Place | null = segment === 'files' ? 'final' : segment === 'image' ? 'image' : null;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="border-b bg-surface px-3 pt-3 md:px-6">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <div className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-1">
            <h1 className="text-xl font-semibold tracking-tight">{name}</h1>
            {data?.design && (
              <>
                <span className="text-sm text-muted">{data.design.board}</span>
                <PathAnatomy path={data.design.path} prefix={data.design.path} place="final" />
              </>
            )}
            {data?.lastRun && (
              <Link href={`/builds/${data.lastRun.id}`} className="rounded-sm hover:underline" aria-label="Last build">
                <StateBadge state={data.lastRun.state} />
              </Link>
            )}
            {row && row.unfinished.length > 0 && (
              <span className="text-sm text-muted">{unfinishedSentence(row.unfinished)}</span>
            )}
            {time !== null && <span className="text-sm text-muted">{time}</span>}
          </div>
          {data && <WorkspaceActions document={data} plan={plan.data} stale={row?.stale ?? false} />}
        </div>
        <div className="mt-3">
          {data ? (
            <FourPlaceBar figures={figures} hrefs={hrefs} current={current} />
          ) : (
            <SkeletonRows rows={1} label="Opening the prefix" />
          )}
        </div>
        <WorkspaceTabs name={name} segment={segment} />
      </header>
      <div className="flex min-w-0 flex-1 flex-col">{children}</div>
      {data && <ProblemDock document={data} answer={plan.data} error={plan.isError ? plan.error : null} />}
    </div>
  );
}
