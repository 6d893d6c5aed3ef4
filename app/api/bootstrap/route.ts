import { answerBootstrap, requireDesign } from '../../../lib/runner';
import { route } from '../respond';

export const POST = route('POST /api/bootstrap', (server, { body: { text, ...wanted } }, { signal }) =>
  answerBootstrap(server, requireDesign({ text }), wanted, signal),
);
