import { readStoredDesign } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/prefixes/{name}/layout', async ({ studio, files }, { params, query }) =>
  files.layout(await readStoredDesign(studio, params.name), query.path),
);
