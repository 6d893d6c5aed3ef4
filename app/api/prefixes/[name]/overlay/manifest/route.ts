import { overlayOf } from '../../../../../../lib/runner';
import { route } from '../../../../respond';

export const POST = route('POST /api/prefixes/{name}/overlay/manifest', async (server, { params, body }) =>
  (await overlayOf(server, params.name)).manifest({
    package: body.package,
    accept: body.accept ?? null,
    uses: body.uses ?? {},
    wantsDownload: body.download ?? false,
    folder: null,
  }),
);
