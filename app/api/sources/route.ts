import { designOf } from '../../../lib/runner';
import { route } from '../respond';

/** Which sources a design's plan needs and where each is; asks whether hosts answer, and downloads nothing. */
export const POST = route('POST /api/sources', async ({ studio, planner }, { body }, { signal }) =>
  planner.run({ kind: 'sources', design: await designOf(studio, body) }, signal),
);
