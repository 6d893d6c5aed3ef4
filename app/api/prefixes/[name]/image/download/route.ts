import { findImage } from '../../../../../../lib/runner';
import { route } from '../../../../respond';
import { sendFile } from '../../../../send-file';

export const GET = route('GET /api/prefixes/{name}/image/download', async ({ studio }, { params, query }, request) => {
  const { image } = await findImage(studio, params.name, {
    mayHaveFailed: query.accept === 'failed-checks',
    run: query.run,
  });
  const { path, fileName, sizeBytes, sha256 } = image;
  // systemd merges an image only under this very name
  return sendFile(
    { path, fileName, sizeBytes, etag: `"${sha256}"`, headers: { 'x-checksum-sha256': sha256 } },
    request,
  );
});
