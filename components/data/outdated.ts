import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';
import { queries } from './queries';

/**
 * Says that answers of the server are outdated; those on the page are asked for again. A first answer that is still under
 * way was asked for before the change and is dropped: `invalidateQueries` alone would take it for the new one.
 */
export async function outdated(client: QueryClient, filters: InvalidateQueryFilters = {}): Promise<void> {
  const firstAnswers = client
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined);
  await Promise.all(firstAnswers.map((query) => client.cancelQueries({ queryKey: query.queryKey, exact: true })));
  await client.invalidateQueries(filters);
}

/**
 * The same of the prefixes: first of their list, then of everything below those that it still has. What is gone is not asked
 * for: the server would only say that it is not there.
 */
export async function prefixesOutdated(client: QueryClient): Promise<void> {
  const { queryKey } = queries.prefixes();
  await outdated(client, { queryKey, exact: true });
  const rows = client.getQueryData(queryKey);
  await outdated(client, {
    queryKey,
    predicate: ({ queryKey: [, name] }) => name !== undefined && (rows?.some((row) => row.name === name) ?? true),
  });
}
