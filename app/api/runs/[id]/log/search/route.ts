import { runFolder, searchLogs } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/runs/{id}/log/search', async (server, { params, query }, { signal }) => {
  const { q, package: packageId, limit } = query;
  const only = packageId === undefined ? {} : { id: packageId || null };
  return searchLogs(await runFolder(server, params.id), q, { limit, signal, ...only });
});
