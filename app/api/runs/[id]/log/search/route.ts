import { z } from 'zod';
import { runFolder, searchLogs } from '../../../../../../lib/runner';
import { count, queryOf, route } from '../../../../respond';

const query = z.object({
  q: z.string().min(1).max(200),
  package: z.string().max(300).optional(),
  limit: count(500, 5000),
});

export const GET = route<{ id: string }>(async (server, request, { id }) => {
  const { q, package: packageId, limit } = queryOf(request, query);
  const only = packageId === undefined ? {} : { id: packageId || null };
  return searchLogs(await runFolder(server, id), q, { limit, ...only });
});
