'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Hammer } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { Button, ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/section';
import { Segmented } from '@/components/ui/segmented';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useUrlState } from '@/components/ui/use-url-state';
import { keyOf } from '@/lib/api/address';
import type { RunState } from '@/lib/api/events';
import { RunRows } from './run-rows';

const filters: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'All' },
  { value: 'running', label: 'Building' },
  { value: 'queued', label: 'Queued' },
  { value: 'failed', label: 'Failed' },
  { value: 'succeeded', label: 'Done' },
  { value: 'cancelled', label: 'Cancelled' },
];

/** Every build of this machine, newest first. */
export function BuildsView() {
  const [state, setState] = useUrlState('state');
  const filter = { limit: 50, ...(state !== '' && { state: state as RunState }) };
  const runs = useInfiniteQuery({
    queryKey: [...keyOf('GET /api/runs', { query: filter }), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      ask('GET /api/runs', { query: { ...filter, ...(pageParam && { before: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = runs.data?.pages.flatMap((page) => page.runs) ?? [];
  return (
    <div className="flex flex-col gap-3 px-3 py-5 md:px-6">
      <PageHeader
        title="Builds"
        actions={<Segmented label="State" value={state} onChange={setState} options={filters} />}
      />
      {runs.isPending && <SkeletonRows rows={6} label="Loading the builds" />}
      {runs.isError && (
        <Problem error={runs.error} what="The builds could not be loaded" again={() => runs.refetch()} />
      )}
      {runs.data && rows.length === 0 && (
        <EmptyState
          icon={Hammer}
          title={state === '' ? 'Nothing has been built yet' : 'No build is in this state'}
          action={
            state === '' ? (
              <ButtonLink href="/new" tone="primary">
                New prefix
              </ButtonLink>
            ) : undefined
          }
        >
          {state === '' && 'A starter builds in a few clicks; you can watch every package.'}
        </EmptyState>
      )}
      {rows.length > 0 && <RunRows runs={rows} />}
      {runs.hasNextPage && (
        <Button
          className="self-center"
          waiting={runs.isFetchingNextPage && 'Loading …'}
          onClick={() => runs.fetchNextPage()}
        >
          Older builds
        </Button>
      )}
    </div>
  );
}
