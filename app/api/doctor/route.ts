import { diagnose } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/doctor', ({ home }) => diagnose(home));
