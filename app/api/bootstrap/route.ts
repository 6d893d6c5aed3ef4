import { answerBootstrap, requireDesign } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { bootstrapBody } from '../schemas';

export const POST = route(async ({ home }, request) => {
  const { text, way, without = [] } = await bodyOf(request, bootstrapBody);
  return answerBootstrap(requireDesign({ text }), home, way, { without });
});
