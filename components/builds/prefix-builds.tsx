'use client';

import { useQuery } from '@tanstack/react-query';
import { Hammer } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { EmptyState } from '@/components/ui/empty-state';
import { SkeletonRows } from '@/components/ui/skeleton';
import { RunRows } from './run-rows';

/** Builds of one prefix, newest first. */
export function PrefixBuilds({ name }: { name: string }) {
  const { data, isPending, isError, error, refetch } = useQuery(queries.runs({ prefix: name, limit: 100 }));
  return (
    <div className="flex flex-col gap-3 px-3 py-5 md:px-6">
      <h2 className="sr-only">Builds</h2>
      {isPending && <SkeletonRows rows={4} label="Loading the builds" />}
      {isError && <Problem error={error} what="The builds could not be loaded" again={() => refetch()} />}
      {data?.runs.length === 0 && (
        <EmptyState icon={Hammer} title="Never built yet">
          The button above builds the saved design; its progress and logs stay here.
        </EmptyState>
      )}
      {data && data.runs.length > 0 && <RunRows runs={data.runs} named={false} />}
    </div>
  );
}
