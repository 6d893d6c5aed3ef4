import { Readable } from 'node:stream';
import { archiveExport, readStoredDesign } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route<{ name: string }>(async (server, request, { name }) => {
  const design = await readStoredDesign(server.studio, name);
  const { stream, fileName, hash } = await archiveExport(server, design, request.signal);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="${fileName}"`,
      'x-content-type-options': 'nosniff',
      'x-plan-hash': hash,
    },
  });
});
