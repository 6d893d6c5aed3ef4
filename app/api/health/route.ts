import type { Health } from '../../../lib/api';
import { programVersion, readRunner } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route(
  'GET /api/health',
  async ({ studio, home }): Promise<Health> => ({
    ok: true,
    version: programVersion(),
    pid: process.pid,
    database: studio.kind,
    home,
    runner: await readRunner(studio),
  }),
);
