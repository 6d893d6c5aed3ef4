import { noLogYet, readLogRange, readLogTail, runFolder } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/runs/{id}/log', async (server, { params, query }) => {
  const folder = await runFolder(server, params.id);
  const packageId = query.package || null;
  const range =
    query.tail !== undefined
      ? readLogTail(folder, packageId, query.tail)
      : readLogRange(folder, packageId, query.from, query.count);
  return range.catch((error: unknown) => noLogYet(server.studio, params.id, packageId, error));
});
