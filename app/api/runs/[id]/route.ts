import { readRun } from '../../../../lib/runner';
import { route } from '../../respond';

export const GET = route<{ id: string }>(({ studio }, _request, { id }) => readRun(studio, id));
