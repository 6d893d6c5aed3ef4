'use client';

import { useQuery } from '@tanstack/react-query';
import { RequestError, request } from '@/components/data/request';
import { apiPaths } from '@/lib/api/paths';
import { queryKeys } from '@/lib/api/query-keys';
import type { BootstrapAnswer, BootstrapBody } from '@/lib/api/wire';

/** The stages of a design's bootstrap. '' as way: the first that its tree has. */
export function useBootstrap(text: string, way: string, without: readonly string[]) {
  const body: BootstrapBody = { text, ...(way !== '' && { way: way as BootstrapBody['way'] }), without };
  return useQuery({
    queryKey: queryKeys.bootstrap(text, way, without),
    queryFn: ({ signal }) => request<BootstrapAnswer>(apiPaths.bootstrap(), { body, signal }),
    enabled: text !== '',
    staleTime: 60_000,
    retry: (failures, error) => failures < 1 && !(error instanceof RequestError && error.status >= 400),
  });
}
