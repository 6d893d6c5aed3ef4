import { cancelRun } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const POST = route('POST /api/runs/{id}/cancel', ({ studio }, { params }) =>
  cancelRun(studio, params.id, new Date()),
);
