import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PhaseRequest, PhaseResult } from './phase-contract';
import { readWorkRecord, runRecorded } from './work-record';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'work-record-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const requestIn = (buildDir: string): PhaseRequest =>
  ({ buildDir, cpv: 'app-misc/one-1', onPhase: () => {} }) as unknown as PhaseRequest;

/** Phases that come one after the other and end as they are told. */
const phases =
  (result: PhaseResult) =>
  async ({ onPhase }: PhaseRequest): Promise<PhaseResult> => {
    for (const phase of ['setup', 'unpack'] as const) {
      onPhase(phase);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return result;
  };

describe('the record of the work on a package', () => {
  const ok = { kind: 'ok' } as unknown as PhaseResult;
  const failed = { kind: 'failed', phase: 'unpack' } as unknown as PhaseResult;

  it('says how far it came', async () => {
    const buildDir = join(folder, 'app-misc/one-1');
    mkdirSync(join(folder, 'app-misc'));
    await runRecorded(phases(failed), requestIn(buildDir));
    expect(readWorkRecord(buildDir)).toMatchObject({ done: ['setup'], failed: 'unpack' });
    await runRecorded(phases(ok), requestIn(buildDir));
    expect(readWorkRecord(buildDir)).toMatchObject({ done: ['setup', 'unpack'], failed: null });
  });

  it('that cannot be written ends the work when its phases are over, with what they say first', async () => {
    const nowhere = requestIn(join(folder, 'gone/one-1'));
    await expect(runRecorded(phases(failed), nowhere)).resolves.toBe(failed);
    await expect(runRecorded(phases(ok), nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
