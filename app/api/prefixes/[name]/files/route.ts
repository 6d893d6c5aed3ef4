import { readStoredDesign } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/prefixes/{name}/files', async ({ studio, files }, { params, query }) =>
  files.list(await readStoredDesign(studio, params.name), query.root, query.path),
);
