import { readStoredDesign, requireDesign, verifyReadiness } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { planBody } from '../schemas';

export const dynamic = 'force-dynamic';

export const GET = route(async () => verifyReadiness());

/** Asks the emerge of this machine; takes as long as that takes. */
export const POST = route(async ({ studio, planner }, request) => {
  const body = await bodyOf(request, planBody);
  const design = 'prefix' in body ? await readStoredDesign(studio, body.prefix) : requireDesign(body);
  return planner.run({ kind: 'verify', design }, request.signal);
});
