import { overlayOf } from '../runner/overlay-answers';
import type { Handler, HandlersOf } from './handler';

type OverlayRoute = Extract<keyof HandlersOf<'prefixes'>, `${string}/overlay${string}`>;

/** Ebuilds that were taken home for a prefix. */
export const overlay: { readonly [R in OverlayRoute]: Handler<R> } = {
  'GET /api/prefixes/{name}/overlay': async (here, { params }) => (await overlayOf(here, params.name)).view(),
  'POST /api/prefixes/{name}/overlay': async (here, { params, body }) =>
    (await overlayOf(here, params.name)).take(body.package, body.from ?? null, body.as ?? null),
  'GET /api/prefixes/{name}/overlay/ebuild': async (here, { params, query }) =>
    (await overlayOf(here, params.name)).changes(query.package),
  'DELETE /api/prefixes/{name}/overlay/ebuild': async (here, { params, query }) =>
    (await overlayOf(here, params.name)).remove(query.package),
  'GET /api/prefixes/{name}/overlay/file': async (here, { params, query }) =>
    (await overlayOf(here, params.name)).file(query.path),
  'PUT /api/prefixes/{name}/overlay/file': async (here, { params, body }) =>
    (await overlayOf(here, params.name)).write(body.path, body.text, body.revision),
  'DELETE /api/prefixes/{name}/overlay/file': async (here, { params, query }) =>
    (await overlayOf(here, params.name)).removeFile(query.path),
  'POST /api/prefixes/{name}/overlay/manifest': async (here, { params, body }) =>
    (await overlayOf(here, params.name)).manifest({
      package: body.package,
      accept: body.accept ?? null,
      uses: body.uses ?? {},
      wantsDownload: body.download ?? false,
      folder: null,
    }),
  'POST /api/prefixes/{name}/overlay/update': async (here, { params, body }) =>
    (await overlayOf(here, params.name)).update({
      package: body.package,
      accept: body.accept ?? null,
      keep: body.keep ?? null,
    }),
  'POST /api/prefixes/{name}/overlay/patches': async (here, { params, body }) =>
    (await overlayOf(here, params.name)).addPatch(body),
  'GET /api/prefixes/{name}/overlay/patches': async (here, { params, query }) => ({
    text: (await overlayOf(here, params.name)).patch(query.package, query.file),
  }),
  'DELETE /api/prefixes/{name}/overlay/patches': async (here, { params, query }) =>
    (await overlayOf(here, params.name)).removePatch(query.package, query.file),
};
