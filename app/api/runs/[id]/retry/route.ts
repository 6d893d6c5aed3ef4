import { retryRun } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const POST = route<{ id: string }>(
  ({ studio, queue }, _request, { id }) => retryRun(studio, queue, id, new Date()),
  202,
);
