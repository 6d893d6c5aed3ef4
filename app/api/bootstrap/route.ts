import { answerBootstrap, requireDesign } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { bootstrapBody } from '../schemas';

export const POST = route(async (server, request) => {
  const { text, ...wanted } = await bodyOf(request, bootstrapBody);
  return answerBootstrap(server, requireDesign({ text }), wanted, request.signal);
});
