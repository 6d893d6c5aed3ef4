import { probeOf, readStoredDesign } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/packages', async ({ studio, planner, home }, { query }, { signal }) => {
  const { tree, prefix, q, limit } = query;
  const design = prefix === undefined ? probeOf(tree, home) : await readStoredDesign(studio, prefix);
  return planner.run({ kind: 'packages', design, query: { words: q, limit } }, signal);
});
