import { z } from 'zod';
import { readStoredDesign } from '../../../../../lib/runner';
import { queryOf, route } from '../../../respond';

const query = z.object({ path: z.string().default('/') });

export const GET = route<{ name: string }>(async ({ studio, files }, request, { name }) => {
  const { path } = queryOf(request, query);
  return files.layout(await readStoredDesign(studio, name), path);
});
