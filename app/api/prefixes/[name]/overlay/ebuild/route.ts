import { overlayOf } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const GET = route('GET /api/prefixes/{name}/overlay/ebuild', async (server, { params, query }) =>
  (await overlayOf(server, params.name)).changes(query.package),
);

export const DELETE = route('DELETE /api/prefixes/{name}/overlay/ebuild', async (server, { params, query }) =>
  (await overlayOf(server, params.name)).remove(query.package),
);
