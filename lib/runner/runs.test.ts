import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../api/events';
import {
  createPrefix,
  getRun,
  type JobQueue,
  lockHolder,
  lockPrefix,
  openDatabase,
  openQueue,
  readEvents,
  type StudioDatabase,
  saveWorker,
  takeRun,
} from '../db/index';
import { homeLayout } from '../home';
import { processSpace } from '../host/process-state';
import { processIdentity, SilenceWatch } from './process-identity';
import { readLogRange } from './read-log';
import { recoverRuns } from './recover';
import { readRun, runFolder } from './run-documents';
import { RunJournal } from './run-journal';
import { cancelRun, newRunId, recordRun, requestRun, retryRun } from './run-requests';

const home = mkdtempSync(join(tmpdir(), 'studio-runs-'));
const now = new Date('2026-01-01T00:00:00.000Z');
let studio: StudioDatabase;
let queue: JobQueue;

const text = (name: string): string =>
  `name: ${name}\nboard: amd64-usr\npath: /opt/${name}\npackages: [app-text/tree]\n`;

async function newPrefix(name: string) {
  return createPrefix(studio, { name, text: text(name), now: now.toISOString() });
}

async function newRun(name: string, origin: 'web' | 'command' = 'web') {
  return requestRun(studio, queue, { prefix: await newPrefix(name), origin, now: new Date() });
}

const openJournal = async (id: string) =>
  RunJournal.open(studio, await getRun(studio, id), {
    home,
    now: () => now,
    onLost: (cause) => {
      throw cause;
    },
  });

const id = 'staging|app-text/tree-2.1.0';
const planned: RunEvent = {
  kind: 'planned',
  planHash: 'h',
  packages: [{ id, root: 'staging', cpv: 'app-text/tree-2.1.0', action: 'build', needs: [], expectedMs: null }],
};
const started = (name: string, run: string): RunEvent => ({ kind: 'started', run, name, board: 'amd64-usr' });

/** A worker of this machine whose process is gone. */
const deadWorker = {
  id: 'dead',
  kind: 'server' as const,
  host: hostname(),
  pid: 2 ** 22 + 1,
  pid_start: `${processSpace()} x`,
  run: null,
  seen_at: now.toISOString(),
};

beforeAll(async () => {
  studio = await openDatabase({ home, url: null });
  queue = await openQueue(studio, { leaseMs: 20_000, now: Date.now });
});
afterAll(async () => {
  await studio.close();
  rmSync(home, { recursive: true, force: true });
});

describe('asking for a run', () => {
  it('gives ids that sort by time', () => {
    const ids = [newRunId(new Date(1)), newRunId(new Date(2)), newRunId(new Date(100_000))];
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(/^[A-Za-z0-9-]+$/);
  });

  it('refuses a second one while the first is open', async () => {
    const prefix = await newPrefix('twice');
    const run = await requestRun(studio, queue, { prefix, origin: 'web', now });
    const again = requestRun(studio, queue, { prefix, origin: 'web', now });
    await expect(again).rejects.toMatchObject({ code: 'PREFIX_BUSY', details: { run: run.id } });
    expect((await cancelRun(studio, run.id, now)).state).toBe('cancelled');
    await expect(cancelRun(studio, run.id, now)).rejects.toMatchObject({ code: 'RUN_FINISHED' });
    const retried = await retryRun(studio, queue, run.id, new Date());
    expect([retried.state, retried.retryOf]).toEqual(['queued', run.id]);
  });

  it('is repeated by the driver that it named', async () => {
    const prefix = await newPrefix('named');
    const run = await requestRun(studio, queue, { prefix, origin: 'web', driver: 'binary-packages', now });
    await cancelRun(studio, run.id, now);
    const retried = await retryRun(studio, queue, run.id, new Date());
    expect([run.driver, retried.driver]).toEqual(['binary-packages', 'binary-packages']);
    expect((await readRun(studio, retried.id)).driver).toBe('binary-packages');
  });

  it('refuses a design with problems', async () => {
    const prefix = { name: 'bad', text: 'name: a b\nboard: amd64-usr\npath: relative\npackages: []\n', revision: 1 };
    const asked = requestRun(studio, queue, { prefix, origin: 'web', now });
    await expect(asked).rejects.toMatchObject({ code: 'DESIGN_INVALID' });
  });
});

describe('the journal of a run', () => {
  it('keeps states in the database and text in files', async () => {
    const run = await newRun('journal');
    await takeRun(studio, run.id, 'w');
    const journal = await openJournal(run.id);
    journal.emit(started('journal', run.id));
    journal.emit(planned);
    journal.emit({ kind: 'package_started', id });
    journal.emit({ kind: 'log', id, line: 1, text: 'a\nb\n' });
    journal.emit({ kind: 'package_finished', id, durationMs: 5, sizeBytes: 1, files: 1 });
    await journal.close();
    expect((await readEvents(studio, run.id, 0)).map((row) => row.kind)).toEqual([
      'started',
      'planned',
      'package_started',
      'package_finished',
    ]);
    expect(await readRun(studio, run.id)).toEqual(journal.view);
    const folder = await runFolder({ studio, home }, run.id);
    expect(folder).toBe(join(homeLayout(home).runs, run.id));
    expect((await readLogRange(folder, id, 1, 9)).lines).toEqual(['a', 'b']);
  });

  it('is folded once for all who ask, and goes on from there', async () => {
    const run = await newRun('folded');
    await takeRun(studio, run.id, 'w');
    const journal = await openJournal(run.id);
    journal.emit(started('folded', run.id));
    journal.emit(planned);
    await journal.flush();
    const before = await readRun(studio, run.id);
    expect(await readRun(studio, run.id)).toBe(before);
    journal.emit({ kind: 'package_started', id });
    await journal.close();
    const after = await readRun(studio, run.id);
    expect(after).toEqual(journal.view);
    expect([before.seq, after.seq]).toEqual([2, 3]);
    // as after a backup was put back
    await studio.db.deleteFrom('run_events').where('run', '=', run.id).where('seq', '>', 1).execute();
    await studio.db.updateTable('runs').set({ seq: 1 }).where('id', '=', run.id).execute();
    expect((await readRun(studio, run.id)).packages).toEqual([]);
  });

  it('continues after an interruption with line numbers that go on', async () => {
    const run = await newRun('again');
    await takeRun(studio, run.id, 'w');
    const first = await openJournal(run.id);
    first.emit(planned);
    first.emit({ kind: 'log', id, line: 1, text: 'one\ntwo\n' });
    await first.flush();
    const second = await openJournal(run.id);
    second.emit(started('again', run.id));
    second.emit(planned);
    second.emit({ kind: 'log', id, line: 1, text: 'three\n' });
    const failed = { kind: 'package_failed', id, phase: 'compile', message: 'm' } as const;
    second.emit({ ...failed, firstErrorLine: 'three', logLine: 1, hint: null });
    await second.close();
    const view = await readRun(studio, run.id);
    expect([view.seq, view.failure?.logLine]).toEqual([4, 3]);
    expect((await readLogRange(join(homeLayout(home).runs, run.id), id, 1, 9)).lines).toEqual(['one', 'two', 'three']);
  });

  it('notices when another process writes to the run', async () => {
    const run = await newRun('stolen');
    let lost = false;
    const options = { home, now: () => now };
    const row = await getRun(studio, run.id);
    const mine = await RunJournal.open(studio, row, { ...options, onLost: () => (lost = true) });
    const other = await openJournal(run.id);
    other.emit(started('stolen', run.id));
    await other.close();
    mine.emit(started('stolen', run.id));
    await mine.close();
    expect(lost).toBe(true);
  });
});

describe('after the server was killed', () => {
  it('a run waits again, tells that it was interrupted, and its prefix is free', async () => {
    const run = await newRun('killed');
    await saveWorker(studio, deadWorker);
    await lockPrefix(studio, { prefix: 'killed', worker: 'dead', run: run.id });
    await takeRun(studio, run.id, 'dead');
    const journal = await openJournal(run.id);
    journal.emit(started('killed', run.id));
    journal.emit(planned);
    journal.emit({ kind: 'package_started', id });
    await journal.close();
    expect(await recoverRuns(studio, queue, now, new SilenceWatch())).toContain(run.id);
    const view = await readRun(studio, run.id);
    expect([view.state, view.interruptions.length, view.packages[0]?.state]).toEqual(['queued', 1, 'queued']);
    expect(await lockHolder(studio, 'killed')).toBeNull();
    expect(await recoverRuns(studio, queue, now, new SilenceWatch())).not.toContain(run.id);
  });

  it('a run of a killed command ends, and one that was to be cancelled is', async () => {
    const command = await newRun('command', 'command');
    const cancelled = await newRun('cancelled');
    await saveWorker(studio, deadWorker);
    for (const run of [command, cancelled]) await takeRun(studio, run.id, 'dead');
    await cancelRun(studio, cancelled.id, now);
    const resumed = await recoverRuns(studio, queue, now, new SilenceWatch());
    expect(resumed).not.toContain(command.id);
    expect((await getRun(studio, command.id)).state).toBe('failed');
    expect((await getRun(studio, cancelled.id)).state).toBe('cancelled');
  });

  it('a run that takes its worker down again and again is given up', async () => {
    const run = await newRun('poison');
    for (let i = 0; i < 5; i++) {
      await saveWorker(studio, deadWorker);
      await takeRun(studio, run.id, 'dead');
      expect(await recoverRuns(studio, queue, now, new SilenceWatch())).toContain(run.id);
    }
    await takeRun(studio, run.id, 'dead');
    await recoverRuns(studio, queue, now, new SilenceWatch());
    expect(await getRun(studio, run.id)).toMatchObject({ state: 'failed' });
  });

  it('a run whose worker lives is left alone', async () => {
    const run = await newRun('alive');
    await saveWorker(studio, { ...deadWorker, ...processIdentity(), id: 'alive', run: run.id });
    await takeRun(studio, run.id, 'alive');
    expect(await recoverRuns(studio, queue, now, new SilenceWatch())).not.toContain(run.id);
    expect((await getRun(studio, run.id)).state).toBe('running');
  });

  it('a run that its living worker no longer works on waits again', async () => {
    const run = await newRun('left-behind');
    await saveWorker(studio, { ...deadWorker, ...processIdentity(), id: 'elsewhere', run: 'another' });
    await takeRun(studio, run.id, 'elsewhere');
    expect(await recoverRuns(studio, queue, now, new SilenceWatch())).toContain(run.id);
  });

  it('a run of a command that never began ends with its command', async () => {
    const prefix = await newPrefix('never-began');
    const run = await recordRun(studio, { prefix, origin: 'command', owner: 'nobody', now: new Date() });
    await recoverRuns(studio, queue, now, new SilenceWatch());
    expect((await getRun(studio, run.id)).state).toBe('failed');
  });
});
