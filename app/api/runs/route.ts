import { listRunSummaries, requestStoredRun } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/runs', ({ studio }, { query }) => listRunSummaries(studio, query));

export const POST = route('POST /api/runs', ({ studio, queue }, { body: { prefix, jobs } }) =>
  requestStoredRun(studio, queue, { prefix, jobs: jobs ?? null, now: new Date() }),
);
