import { Readable } from 'node:stream';
import { archiveExport, readStoredDesign } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/export/download', async (server, { params }, { signal }) => {
  const design = await readStoredDesign(server.studio, params.name);
  const { stream, fileName, hash } = await archiveExport(server, design, signal);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="${fileName}"`,
      'x-plan-hash': hash,
    },
  });
});
