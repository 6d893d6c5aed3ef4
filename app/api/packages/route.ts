import { z } from 'zod';
import { probeDesign, readStoredDesign } from '../../../lib/runner';
import { count, queryOf, route } from '../respond';

export const dynamic = 'force-dynamic';

const query = z.object({
  tree: z.string().max(100).default('starter'),
  prefix: z.string().optional(),
  q: z.string().max(200).default(''),
  limit: count(5000, 50_000),
});

export const GET = route(async ({ studio, planner }, request) => {
  const { tree, prefix, q, limit } = queryOf(request, query);
  const design = prefix === undefined ? probeDesign(tree) : await readStoredDesign(studio, prefix);
  return planner.run({ kind: 'packages', design, query: { words: q, limit } }, request.signal);
});
