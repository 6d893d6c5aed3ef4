import { readMatches } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/prefixes/{name}/matches', ({ studio }, { params }) =>
  readMatches(studio, params.name),
);
