import { answerPlan, readStoredDesign, requireDesign } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { planBody } from '../schemas';

export const POST = route(async ({ studio, home }, request) => {
  const body = await bodyOf(request, planBody);
  const design = 'prefix' in body ? await readStoredDesign(studio, body.prefix) : requireDesign(body);
  return answerPlan(studio, design, home);
});
