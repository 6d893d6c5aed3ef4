import { measureExport, readStoredDesign } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/prefixes/{name}/export', async (server, { params }, { signal }) =>
  measureExport(server, await readStoredDesign(server.studio, params.name), signal),
);
