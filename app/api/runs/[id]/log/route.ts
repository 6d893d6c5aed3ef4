import { z } from 'zod';
import { readLogRange, readLogTail, runFolder } from '../../../../../lib/runner';
import { count, logPackage, queryOf, route } from '../../../respond';

const most = 5000;
const query = z.object({
  package: logPackage,
  from: count(1, 1_000_000_000),
  count: count(1000, most),
  tail: z.coerce.number().int().min(0).max(most).optional(),
});

export const GET = route<{ id: string }>(async (server, request, { id }) => {
  const range = queryOf(request, query);
  const folder = await runFolder(server, id);
  const packageId = range.package || null;
  if (range.tail !== undefined) return readLogTail(folder, packageId, range.tail);
  return readLogRange(folder, packageId, range.from, range.count);
});
