import { overlayOf } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/overlay/file', async (server, { params, query }) =>
  (await overlayOf(server, params.name)).file(query.path),
);

export const PUT = route('PUT /api/prefixes/{name}/overlay/file', async (server, { params, body }) =>
  (await overlayOf(server, params.name)).write(body.path, body.text, body.revision),
);

export const DELETE = route('DELETE /api/prefixes/{name}/overlay/file', async (server, { params, query }) =>
  (await overlayOf(server, params.name)).removeFile(query.path),
);
