import { Readable } from 'node:stream';
import { attachment } from '../../../../../../lib/api/byte-range';
import { archiveExport, measureExport, readStoredDesign } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/export/download', async (server, { params }, { method, signal }) => {
  const design = await readStoredDesign(server.studio, params.name);
  if (method === 'HEAD') return head(await measureExport(server, design, signal));
  const { stream, fileName, hash } = await archiveExport(server, design, signal);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: headersOf({ fileName, hash }),
  });
});

const head = (facts: { readonly fileName: string; readonly hash: string }): Response =>
  new Response(null, { headers: headersOf(facts) });

function headersOf({ fileName, hash }: { readonly fileName: string; readonly hash: string }): Record<string, string> {
  return { 'content-type': 'application/gzip', 'content-disposition': attachment(fileName), 'x-plan-hash': hash };
}
