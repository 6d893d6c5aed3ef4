import { changePrefix, readPrefix, removePrefix } from '../../../../lib/runner';
import { route } from '../../respond';

export const GET = route('GET /api/prefixes/{name}', ({ studio, home }, { params }) =>
  readPrefix(studio, params.name, home),
);

export const PUT = route('PUT /api/prefixes/{name}', ({ studio, home }, { params, body: { text, revision } }) =>
  changePrefix(studio, { name: params.name, text, revision: revision ?? null }, home, new Date()),
);

export const DELETE = route('DELETE /api/prefixes/{name}', ({ studio, home }, { params }) =>
  removePrefix(studio, params.name, home),
);
