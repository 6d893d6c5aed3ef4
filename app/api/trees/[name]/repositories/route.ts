import { route } from '../../../respond';

export const dynamic = 'force-dynamic';

/** The repositories of a tree with priority and masters, and which of them wins for a package. */
export const GET = route('GET /api/trees/{name}/repositories', ({ trees }, { params, query }, { signal }) =>
  trees.repositories(params.name, query.package ?? null, signal),
);
