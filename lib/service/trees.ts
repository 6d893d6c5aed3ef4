import type { HandlersOf } from './handler';

/** Package trees, and what is being done for them. */
export const trees: HandlersOf<'trees'> = {
  'GET /api/trees': ({ trees }) => trees.list(),
  'POST /api/trees': ({ trees }, { body: { name, location } }) => trees.add(name, location),
  'DELETE /api/trees/{name}': ({ trees }, { params }) => trees.remove(params.name),
  'GET /api/trees/{name}/repositories': ({ trees }, { params, query }, { signal }) =>
    trees.repositories(params.name, query.package ?? null, signal),
  // lets the reading of ebuilds begin or go on
  'POST /api/trees/{name}/read': ({ trees }, { params }) => trees.read(params.name),
  // stops cloning, or reading ebuilds; what was read is kept
  'DELETE /api/trees/{name}/read': ({ trees }, { params }) => trees.stop(params.name),
};
