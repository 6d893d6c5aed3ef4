import { readRunner } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/runner', ({ studio }) => readRunner(studio));
