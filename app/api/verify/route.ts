import { designOf, verifyReadiness } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/verify', () => verifyReadiness());

/** Asks the emerge of this machine; takes as long as that takes. */
export const POST = route('POST /api/verify', async ({ studio, planner }, { body }, { signal }) =>
  planner.run({ kind: 'verify', design: await designOf(studio, body) }, signal),
);
