import { describeLog, runFolder } from '../../../../../../lib/runner';
import { route } from '../../../../respond';
import { sendFile } from '../../../../send-file';

export const GET = route('GET /api/runs/{id}/log/download', async (server, { params, query }, request) => {
  const log = await describeLog(await runFolder(server, params.id), params.id, query.package || null);
  return sendFile({ ...log, headers: { 'content-type': 'text/plain; charset=utf-8' } }, request);
});
