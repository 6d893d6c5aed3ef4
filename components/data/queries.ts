'use client';

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { apiPaths } from '@/lib/api/paths';
import { queryKeys } from '@/lib/api/query-keys';
import type { RunView } from '@/lib/api/run-view';
import type {
  DirectoryListing,
  DoctorReport,
  ExportFacts,
  FileHits,
  FilePreview,
  FileRoot,
  Health,
  ImageAnswer,
  MatchesAnswer,
  PackageList,
  PlanAnswer,
  PrefixDocument,
  PrefixSummary,
  RepositoriesAnswer,
  RunList,
  RunnerStatus,
  SourcesAnswer,
  StarterCard,
  StarterDocument,
  TreeSummary,
  VerifyReadiness,
} from '@/lib/api/wire';
import { RequestError, request } from './request';

/** An answer `no` is final; only silence is worth asking again. */
const retry = (failures: number, error: Error) =>
  failures < 1 && !(error instanceof RequestError && error.status >= 400);

export const queries = {
  health: () =>
    queryOptions({
      queryKey: queryKeys.health(),
      queryFn: ({ signal }) => request<Health>(apiPaths.health(), { signal }),
      retry,
    }),
  doctor: () =>
    queryOptions({
      queryKey: queryKeys.doctor(),
      queryFn: ({ signal }) => request<DoctorReport>(apiPaths.doctor(), { signal }),
      retry,
    }),
  runner: () =>
    queryOptions({
      queryKey: queryKeys.runner(),
      queryFn: ({ signal }) => request<RunnerStatus>(apiPaths.runner(), { signal }),
      retry,
    }),
  starters: () =>
    queryOptions({
      queryKey: queryKeys.starters(),
      queryFn: ({ signal }) => request<StarterCard[]>(apiPaths.starters(), { signal }),
      staleTime: Number.POSITIVE_INFINITY,
      retry,
    }),
  starter: (id: string) =>
    queryOptions({
      queryKey: queryKeys.starter(id),
      queryFn: ({ signal }) => request<StarterDocument>(apiPaths.starter(id), { signal }),
      staleTime: Number.POSITIVE_INFINITY,
      retry,
    }),
  trees: () =>
    queryOptions({
      queryKey: queryKeys.trees(),
      queryFn: ({ signal }) => request<TreeSummary[]>(apiPaths.trees(), { signal }),
      refetchInterval: (query) => (query.state.data?.some((tree) => tree.state === 'working') ? 1500 : false),
      retry,
    }),
  repositories: (tree: string, of: string | null) =>
    queryOptions({
      queryKey: queryKeys.repositories(tree, of),
      queryFn: ({ signal }) =>
        request<RepositoriesAnswer>(apiPaths.treeRepositories(tree, of ?? undefined), { signal }),
      retry,
    }),
  packages: (tree: string) =>
    queryOptions({
      queryKey: queryKeys.packages(tree),
      queryFn: ({ signal }) => request<PackageList>(apiPaths.packages({ tree }), { signal }),
      staleTime: 300_000,
      retry,
    }),
  verify: () =>
    queryOptions({
      queryKey: queryKeys.verify(),
      queryFn: ({ signal }) => request<VerifyReadiness>(apiPaths.verify(), { signal }),
      retry,
    }),
  exportFacts: (name: string, revision: number) =>
    queryOptions({
      queryKey: queryKeys.exportFacts(name, revision),
      queryFn: ({ signal }) => request<ExportFacts>(apiPaths.exportFacts(name), { signal }),
      retry,
    }),
  prefixes: () =>
    queryOptions({
      queryKey: queryKeys.prefixes(),
      queryFn: ({ signal }) => request<PrefixSummary[]>(apiPaths.prefixes(), { signal }),
      retry,
    }),
  prefix: (name: string) =>
    queryOptions({
      queryKey: [...queryKeys.prefix(name), 'document'],
      queryFn: ({ signal }) => request<PrefixDocument>(apiPaths.prefix(name), { signal }),
      retry,
    }),
  sources: (text: string) =>
    queryOptions({
      queryKey: queryKeys.sources(text),
      queryFn: ({ signal }) => request<SourcesAnswer>(apiPaths.sources(), { body: { text }, signal }),
      staleTime: 60_000,
      retry,
    }),
  plan: (text: string) =>
    queryOptions({
      queryKey: queryKeys.plan(text),
      queryFn: ({ signal }) => request<PlanAnswer>(apiPaths.plan(), { body: { text }, signal }),
      staleTime: 60_000,
      retry,
    }),
  directory: (name: string, root: FileRoot, path: string) =>
    queryOptions({
      queryKey: queryKeys.directory(name, root, path),
      queryFn: ({ signal }) => request<DirectoryListing>(apiPaths.directory(name, root, path), { signal }),
      staleTime: 30_000,
      retry,
    }),
  fileSearch: (name: string, root: FileRoot, text: string) =>
    queryOptions({
      queryKey: queryKeys.fileSearch(name, root, text),
      queryFn: ({ signal }) => request<FileHits>(apiPaths.fileSearch(name, root, text, 500), { signal }),
      enabled: text !== '',
      placeholderData: keepPreviousData,
      retry,
    }),
  filePreview: (name: string, root: FileRoot, path: string) =>
    queryOptions({
      queryKey: queryKeys.filePreview(name, root, path),
      queryFn: ({ signal }) => request<FilePreview>(apiPaths.filePreview(name, root, path), { signal }),
      retry,
    }),
  image: (name: string) =>
    queryOptions({
      queryKey: queryKeys.image(name),
      queryFn: ({ signal }) => request<ImageAnswer>(apiPaths.image(name), { signal }),
      retry,
    }),
  matches: (name: string) =>
    queryOptions({
      queryKey: queryKeys.matches(name),
      queryFn: ({ signal }) => request<MatchesAnswer>(apiPaths.matches(name), { signal }),
      retry,
    }),
  runs: (filter: { prefix?: string; state?: string; limit?: number } = {}) => {
    const { limit, ...keyed } = filter;
    return queryOptions({
      queryKey: [...queryKeys.runs(keyed), limit ?? 0],
      queryFn: ({ signal }) => request<RunList>(apiPaths.runs(filter), { signal }),
      retry,
    });
  },
  run: (id: string) =>
    queryOptions({
      queryKey: queryKeys.run(id),
      queryFn: ({ signal }) => request<RunView>(apiPaths.run(id), { signal }),
      staleTime: Number.POSITIVE_INFINITY,
      retry,
    }),
};

/** The plan of a text; the last good answer stays visible while the next one is made. `null` = do not plan. */
export function usePlan(text: string | null) {
  return useQuery({
    ...queries.plan(text ?? ''),
    enabled: text !== null && text !== '',
    placeholderData: keepPreviousData,
  });
}
