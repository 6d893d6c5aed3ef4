import { readRunner } from '../runner/live-stream';
import { programVersion } from '../runner/program-version';
import { diagnose } from '../runner/tool-report';
import type { HandlersOf } from './handler';

/** The machine and its server. */
export const machine: HandlersOf<'doctor' | 'health' | 'runner'> = {
  'GET /api/doctor': ({ home }) => diagnose(home),
  'GET /api/health': async ({ studio, home }) => ({
    ok: true,
    version: programVersion(),
    pid: process.pid,
    database: studio.kind,
    home,
    runner: await readRunner(studio),
  }),
  'GET /api/runner': ({ studio }) => readRunner(studio),
};
