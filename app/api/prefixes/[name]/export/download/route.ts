import { Readable } from 'node:stream';
import { attachment } from '../../../../../../lib/api/byte-range';
import { archiveExport, exportFileName, readStoredDesign } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/export/download', async (server, { params }, { method, signal }) => {
  const design = await readStoredDesign(server.studio, params.name);
  const headers = {
    'content-type': 'application/gzip',
    'content-disposition': attachment(exportFileName(design)),
    'cache-control': 'no-store',
  };
  // the hash of the plan is known only once it is made, which HEAD need not do
  if (method === 'HEAD') return new Response(null, { headers });
  const { stream, hash } = await archiveExport(server, design, signal);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: { ...headers, 'x-plan-hash': hash },
  });
});
