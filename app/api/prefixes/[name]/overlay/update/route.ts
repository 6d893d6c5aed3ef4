import { overlayOf } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const POST = route('POST /api/prefixes/{name}/overlay/update', async (server, { params, body }) =>
  (await overlayOf(server, params.name)).update({
    package: body.package,
    accept: body.accept ?? null,
    keep: body.keep ?? null,
  }),
);
