import { z } from 'zod';
import { listRunSummaries, requestStoredRun } from '../../../lib/runner';
import { bodyOf, count, queryOf, route } from '../respond';
import { createRunBody } from '../schemas';

export const dynamic = 'force-dynamic';

const query = z.object({
  prefix: z.string().optional(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).optional(),
  before: z.string().optional(),
  limit: count(50, 200),
});

export const GET = route(({ studio }, request) => listRunSummaries(studio, queryOf(request, query)));

export const POST = route(async ({ studio, queue }, request) => {
  const { prefix, jobs } = await bodyOf(request, createRunBody);
  return requestStoredRun(studio, queue, { prefix, jobs: jobs ?? null, now: new Date() });
}, 202);
