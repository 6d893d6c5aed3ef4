import { addPrefix, listPrefixSummaries } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/prefixes', ({ studio, home }) => listPrefixSummaries(studio, home));

export const POST = route('POST /api/prefixes', ({ studio, home }, { body }) =>
  addPrefix(studio, body.text, home, new Date()),
);
