import { overlayOf } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const POST = route('POST /api/prefixes/{name}/overlay/patches', async (server, { params, body }) =>
  (await overlayOf(server, params.name)).addPatch(body),
);

export const GET = route('GET /api/prefixes/{name}/overlay/patches', async (server, { params, query }) => ({
  text: (await overlayOf(server, params.name)).patch(query.package, query.file),
}));

export const DELETE = route('DELETE /api/prefixes/{name}/overlay/patches', async (server, { params, query }) =>
  (await overlayOf(server, params.name)).removePatch(query.package, query.file),
);
