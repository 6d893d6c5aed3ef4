import { readStarter } from '../../../../lib/runner';
import { route } from '../../respond';

export const GET = route('GET /api/starters/{id}', (_server, { params }) => readStarter(params.id));
