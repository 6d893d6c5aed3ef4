import { answerPlan, designOf } from '../../../lib/runner';
import { route } from '../respond';

export const POST = route('POST /api/plan', async (server, { body, query }, { signal }) =>
  answerPlan(server, await designOf(server.studio, body), { wantsOrigins: query.origins === '1', signal }),
);
