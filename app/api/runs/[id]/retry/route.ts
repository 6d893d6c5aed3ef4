import { retryRun } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const POST = route('POST /api/runs/{id}/retry', ({ studio, queue }, { params }) =>
  retryRun(studio, queue, params.id, new Date()),
);
