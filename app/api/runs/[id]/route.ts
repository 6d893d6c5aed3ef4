import { readRun } from '../../../../lib/runner';
import { route } from '../../respond';

export const GET = route('GET /api/runs/{id}', ({ studio }, { params }) => readRun(studio, params.id));
