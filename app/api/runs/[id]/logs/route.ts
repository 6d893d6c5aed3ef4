import { listLogs, runFolder } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/runs/{id}/logs', async (server, { params }) =>
  listLogs(await runFolder(server, params.id)),
);
