import { checkDesign } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { designInput } from '../schemas';

export const POST = route(async ({ home }, request) => checkDesign(await bodyOf(request, designInput), home));
