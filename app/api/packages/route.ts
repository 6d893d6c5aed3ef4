import { probeDesign, readStoredDesign } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/packages', async ({ studio, planner }, { query }, { signal }) => {
  const { tree, prefix, q, limit } = query;
  const design = prefix === undefined ? probeDesign(tree) : await readStoredDesign(studio, prefix);
  return planner.run({ kind: 'packages', design, query: { words: q, limit } }, signal);
});
