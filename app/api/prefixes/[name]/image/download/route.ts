import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { findImage } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/image/download', async ({ studio }, { params }) => {
  const { image } = await findImage(studio, params.name);
  const body = Readable.toWeb(createReadStream(image.path)) as ReadableStream<Uint8Array>;
  return new Response(body, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(image.sizeBytes),
      // systemd merges an image only under this very name
      'content-disposition': `attachment; filename="${image.fileName}"`,
      'x-checksum-sha256': image.sha256,
    },
  });
});
