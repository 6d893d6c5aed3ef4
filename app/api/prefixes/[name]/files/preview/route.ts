import { z } from 'zod';
import { readStoredDesign } from '../../../../../../lib/runner';
import { fileRoot, queryOf, route } from '../../../../respond';

const query = z.object({ root: fileRoot, path: z.string() });

export const GET = route<{ name: string }>(async ({ studio, files }, request, { name }) => {
  const { root, path } = queryOf(request, query);
  return files.preview(await readStoredDesign(studio, name), root, path);
});
