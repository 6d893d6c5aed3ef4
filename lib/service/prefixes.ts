import { attachment } from '../api/byte-range';
import { archiveExport, exportFileName, measureExport } from '../runner/export-answers';
import { addPrefix, changePrefix, listPrefixSummaries, readPrefix, readStoredDesign } from '../runner/prefix-documents';
import { findImage, readImage, readMatches } from '../runner/prefix-image';
import { removePrefix } from '../runner/remove-prefix';
import type { HandlersOf } from './handler';
import { overlay } from './overlay';

/** Stored designs, what was built of them, and what is handed out. */
export const prefixes: HandlersOf<'prefixes'> = {
  ...overlay,
  'GET /api/prefixes': ({ studio, home }) => listPrefixSummaries(studio, home),
  'POST /api/prefixes': ({ studio, home }, { body }) => addPrefix(studio, body.text, home, new Date()),
  'GET /api/prefixes/{name}': ({ studio, home }, { params }) => readPrefix(studio, params.name, home),
  'PUT /api/prefixes/{name}': ({ studio, home }, { params, body: { text, revision } }) =>
    changePrefix(studio, { name: params.name, text, revision: revision ?? null }, home, new Date()),
  'DELETE /api/prefixes/{name}': ({ studio, home }, { params }) => removePrefix(studio, params.name, home),
  'GET /api/prefixes/{name}/export': async (here, { params }, { signal }) =>
    measureExport(here, await readStoredDesign(here.studio, params.name), signal),
  'GET /api/prefixes/{name}/export/download': async (here, { params }, { wantsHeadersOnly, signal }) => {
    const design = await readStoredDesign(here.studio, params.name);
    const headers = {
      'content-type': 'application/gzip',
      'content-disposition': attachment(exportFileName(design)),
      'cache-control': 'no-store',
    };
    // the hash of the plan is known only once it is made
    if (wantsHeadersOnly) return { stream: null, headers };
    const { stream, hash } = await archiveExport(here, design, signal);
    return { stream, headers: { ...headers, 'x-plan-hash': hash } };
  },
  'GET /api/prefixes/{name}/files': async ({ studio, files }, { params, query }) =>
    files.list(await readStoredDesign(studio, params.name), query.root, query.path),
  'GET /api/prefixes/{name}/files/all': async ({ studio, files }, { params: { name }, query: { root } }) => {
    const design = await readStoredDesign(studio, name);
    return { name, root, path: design.path, files: await files.all(design, root) };
  },
  'GET /api/prefixes/{name}/files/search': async ({ studio, files }, { params, query }) =>
    files.search(await readStoredDesign(studio, params.name), query.root, query.q, query.limit),
  'GET /api/prefixes/{name}/files/preview': async ({ studio, files }, { params, query }) =>
    files.preview(await readStoredDesign(studio, params.name), query.root, query.path),
  'GET /api/prefixes/{name}/layout': async ({ studio, files }, { params, query }) =>
    files.layout(await readStoredDesign(studio, params.name), query.path),
  'GET /api/prefixes/{name}/image': ({ studio }, { params, query }) =>
    readImage(studio, params.name, { mayHaveFailed: query.accept === 'failed-checks' }),
  'GET /api/prefixes/{name}/matches': ({ studio }, { params }) => readMatches(studio, params.name),
  'GET /api/prefixes/{name}/image/download': async ({ studio }, { params, query }) => {
    const { image } = await findImage(studio, params.name, {
      mayHaveFailed: query.accept === 'failed-checks',
      run: query.run,
    });
    const { path, fileName, sizeBytes, sha256 } = image;
    // systemd merges an image only under this very name
    return { path, fileName, sizeBytes, etag: `"${sha256}"`, headers: { 'x-checksum-sha256': sha256 } };
  },
};
