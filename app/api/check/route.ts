import { checkDesign } from '../../../lib/runner';
import { route } from '../respond';

export const POST = route('POST /api/check', ({ home }, { body }) => checkDesign(body, home));
