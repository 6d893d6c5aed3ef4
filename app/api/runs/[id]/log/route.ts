import { readLogRange, readLogTail, runFolder } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/runs/{id}/log', async (server, { params, query }) => {
  const folder = await runFolder(server, params.id);
  const packageId = query.package || null;
  if (query.tail !== undefined) return readLogTail(folder, packageId, query.tail);
  return readLogRange(folder, packageId, query.from, query.count);
});
