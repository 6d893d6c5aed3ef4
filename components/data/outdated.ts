import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';

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
