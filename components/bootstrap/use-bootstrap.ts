'use client';

import { useQuery } from '@tanstack/react-query';
import { RequestError, request } from '@/components/data/request';
import { apiPaths } from '@/lib/api/paths';
import { queryKeys } from '@/lib/api/query-keys';
import type { BootstrapAnswer, BootstrapBody } from '@/lib/api/wire';

/**
 * The stages of a design's bootstrap. '' as way: the first that its tree has. Where there is no plan, changes that help
 * come in a second answer, because looking for them takes seconds.
 */
export function useBootstrap(text: string, way: string, without: readonly string[]) {
  const body: BootstrapBody = { text, ...(way !== '' && { way: way as BootstrapBody['way'] }), without };
  const ask = (fixes: boolean, enabled: boolean) => ({
    queryKey: [...queryKeys.bootstrap(text, way, without), fixes],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      request<BootstrapAnswer>(apiPaths.bootstrap(), { body: { ...body, fixes }, signal }),
    enabled,
    staleTime: 60_000,
    retry: (failures: number, error: Error) => failures < 1 && !(error instanceof RequestError && error.status >= 400),
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
