import { resolveRoots } from '../../../lib/layout';
import { route } from '../respond';

export const POST = route('POST /api/roots', (_server, { body }) => resolveRoots(body));
