import { Readable } from 'node:stream';
import { runFolder, streamPlainLog } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

export const GET = route('GET /api/runs/{id}/log/text', async (server, { params, query }, { method }) => {
  const log = await streamPlainLog(await runFolder(server, params.id), query.package || null);
  if (method !== 'HEAD')
    return new Response(Readable.toWeb(log) as ReadableStream<Uint8Array<ArrayBuffer>>, { headers });
  log.destroy();
  return new Response(null, { headers });
});
