import { readStoredDesign } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/files/search', async ({ studio, files }, { params, query }) =>
  files.search(await readStoredDesign(studio, params.name), query.root, query.q, query.limit),
);
