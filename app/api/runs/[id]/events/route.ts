import { readRunEvents } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/runs/{id}/events', ({ studio }, { params, query }) =>
  readRunEvents(studio, params.id, query.after),
);
