import { answerPlan, readStoredDesign, requireDesign } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { planBody } from '../schemas';

export const POST = route(async (server, request) => {
  const body = await bodyOf(request, planBody);
  const design = 'prefix' in body ? await readStoredDesign(server.studio, body.prefix) : requireDesign(body);
  return answerPlan(server, design, request.signal);
});
