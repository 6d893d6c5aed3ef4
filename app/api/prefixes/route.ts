import { addPrefix, listPrefixSummaries } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { createPrefixBody } from '../schemas';

export const dynamic = 'force-dynamic';

export const GET = route(({ studio, home }) => listPrefixSummaries(studio, home));

export const POST = route(async ({ studio, home }, request) => {
  const { text } = await bodyOf(request, createPrefixBody);
  return addPrefix(studio, text, home, new Date());
}, 201);
