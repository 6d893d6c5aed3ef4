'use client';

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { keyOf, type Sent, type SentArgument } from '@/lib/api/address';
import type { Route } from '@/lib/api/contract';
import type { FileRoot } from '@/lib/api/wire';
import { type AskArgument, ask, RequestError } from './request';

/** An answer `no` is final; only silence is worth asking again. */
export const retry = (failures: number, error: Error): boolean =>
  failures < 1 && !(error instanceof RequestError && error.status >= 400);

/** The question of a route, with its key in the cache. */
export const question = <R extends Route>(route: R, ...sent: SentArgument<R>) =>
  queryOptions({
    queryKey: keyOf(route, ...sent),
    queryFn: ({ signal }) =>
      ask(route, ...([{ ...(sent[0] as object | undefined), signal }] as unknown as AskArgument<R>)),
    retry,
  });

const ofPrefix = (name: string) => ({ params: { name } });

/** The lists of runs, whatever they are filtered by; not the single runs, which the stream keeps. */
export const runLists = {
  queryKey: ['runs'],
  predicate: ({ queryKey }: { readonly queryKey: readonly unknown[] }) => typeof queryKey[1] !== 'string',
};

/** Plans of all texts. */
export const plans = { queryKey: ['plan'] };

/** What several pages ask for. */
export const queries = {
  health: () => question('GET /api/health'),
  doctor: () => question('GET /api/doctor'),
  runner: () => question('GET /api/runner'),
  starters: () => ({ ...question('GET /api/starters'), staleTime: Number.POSITIVE_INFINITY }),
  starter: (id: string) => ({
    ...question('GET /api/starters/{id}', { params: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  trees: () => question('GET /api/trees'),
  repositories: (tree: string, of: string | null) =>
    question('GET /api/trees/{name}/repositories', { params: { name: tree }, query: { package: of ?? undefined } }),
  packages: (tree: string) => ({ ...question('GET /api/packages', { query: { tree } }), staleTime: 300_000 }),
  verify: () => question('GET /api/verify'),
  exportFacts: (name: string, revision: number) => {
    const { queryKey, ...rest } = question('GET /api/prefixes/{name}/export', ofPrefix(name));
    return queryOptions({ ...rest, queryKey: [...queryKey, revision] });
  },
  prefixes: () => question('GET /api/prefixes'),
  prefix: (name: string) => question('GET /api/prefixes/{name}', ofPrefix(name)),
  sources: (text: string) => ({ ...question('POST /api/sources', { body: { text } }), staleTime: 60_000 }),
  plan: (text: string) => ({ ...question('POST /api/plan', { body: { text } }), staleTime: 60_000 }),
  directory: (name: string, root: FileRoot, path: string) => ({
    ...question('GET /api/prefixes/{name}/files', { ...ofPrefix(name), query: { root, path } }),
    staleTime: 30_000,
  }),
  fileSearch: (name: string, root: FileRoot, text: string) =>
    queryOptions({
      ...question('GET /api/prefixes/{name}/files/search', { ...ofPrefix(name), query: { root, q: text, limit: 500 } }),
      enabled: text !== '',
      placeholderData: keepPreviousData,
    }),
  filePreview: (name: string, root: FileRoot, path: string) =>
    question('GET /api/prefixes/{name}/files/preview', { ...ofPrefix(name), query: { root, path } }),
  layout: (name: string, path: string) =>
    question('GET /api/prefixes/{name}/layout', { ...ofPrefix(name), query: { path } }),
  image: (name: string) => question('GET /api/prefixes/{name}/image', ofPrefix(name)),
  matches: (name: string) => question('GET /api/prefixes/{name}/matches', ofPrefix(name)),
  runs: (filter: Sent<'GET /api/runs'>['query'] = {}) => question('GET /api/runs', { query: filter }),
  run: (id: string) => ({
    ...question('GET /api/runs/{id}', { params: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
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
