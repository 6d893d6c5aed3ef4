'use client';

import { type UseQueryOptions, useQueries } from '@tanstack/react-query';

/** Children of every open directory, each asked for once. `read` describes one directory's query. */
export function useDirectories<A>(open: readonly string[], read: (path: string) => UseQueryOptions<A>) {
  return useQueries({
    queries: open.map((path) => ({ ...read(path), staleTime: 30_000, retry: false })),
    combine: (results) => ({
      byPath: new Map(open.map((path, at) => [path, results[at]?.data])),
      pending: results.some((result) => result.isPending),
      error: results.find((result) => result.isError)?.error ?? null,
      refetch: () => {
        for (const result of results) void result.refetch();
      },
    }),
  });
}
