'use client';

import { useQuery } from '@tanstack/react-query';
import { question } from '@/components/data/queries';
import type { BootstrapWay } from '@/lib/plan/bootstrap-stages';

/**
 * The stages of a design's bootstrap. '' as way: the first that its tree has. Where there is no plan, changes that help
 * come in a second answer, because looking for them takes seconds.
 */
export function useBootstrap(text: string, way: string, without: readonly string[]) {
  const body = { text, ...(way !== '' && { way: way as BootstrapWay }), without: [...without] };
  const ask = (fixes: boolean, enabled: boolean) => ({
    ...question('POST /api/bootstrap', { body: { ...body, fixes } }),
    enabled,
    staleTime: 60_000,
  });
  const first = useQuery(ask(false, text !== ''));
  const lacks = first.data?.plan.stages.some(({ outcome }) => outcome.kind === 'unsolved') ?? false;
  const second = useQuery(ask(true, lacks));
  return {
    plan: second.data?.plan ?? first.data?.plan,
    isLooking: lacks && second.isFetching && !second.data,
    error: first.isError ? first.error : null,
    again: () => first.refetch(),
  };
}
