import { z } from 'zod';
import { readRunEvents } from '../../../../../lib/runner';
import { count, queryOf, route } from '../../../respond';

const query = z.object({ after: count(0, 1_000_000_000) });

export const GET = route<{ id: string }>(({ studio }, request, { id }) =>
  readRunEvents(studio, id, queryOf(request, query).after),
);
