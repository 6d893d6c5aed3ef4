import { overlayOf } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/prefixes/{name}/overlay', async (server, { params }) =>
  (await overlayOf(server, params.name)).view(),
);

/** Takes an ebuild home. */
export const POST = route('POST /api/prefixes/{name}/overlay', async (server, { params, body }) =>
  (await overlayOf(server, params.name)).take(body.package, body.from ?? null, body.as ?? null),
);
