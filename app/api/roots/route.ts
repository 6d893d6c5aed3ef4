import { resolveRoots } from '../../../lib/layout';
import { bodyOf, route } from '../respond';
import { rootsBody } from '../schemas';

export const POST = route(async (_server, request) => resolveRoots(await bodyOf(request, rootsBody)));
