import { cancelRun } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const POST = route<{ id: string }>(({ studio }, _request, { id }) => cancelRun(studio, id, new Date()), 202);
