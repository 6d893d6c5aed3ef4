import { plainText, readWholeLog, runFolder } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/runs/{id}/log/text', async (server, { params, query }) => {
  const text = (await readWholeLog(await runFolder(server, params.id), query.package || null)).toString('utf8');
  return new Response(plainText(text), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
});
