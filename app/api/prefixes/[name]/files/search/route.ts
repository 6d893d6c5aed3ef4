import { z } from 'zod';
import { readStoredDesign } from '../../../../../../lib/runner';
import { count, fileRoot, queryOf, route } from '../../../../respond';

const query = z.object({ root: fileRoot, q: z.string().max(200).default(''), limit: count(200, 2000) });

export const GET = route<{ name: string }>(async ({ studio, files }, request, { name }) => {
  const { root, q, limit } = queryOf(request, query);
  return files.search(await readStoredDesign(studio, name), root, q, limit);
});
