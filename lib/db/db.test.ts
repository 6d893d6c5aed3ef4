import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from './__fixtures__/postgres';
import { addBuildTime, usualCosts } from './build-times';
import type { JobQueue } from './job-queue';
import { openDatabase, type StudioDatabase } from './open';
import { createPrefix, deletePrefix, findPrefix, getPrefix, listPrefixes, updatePrefix } from './prefixes';
import { openQueue } from './queue';
import {
  appendEvents,
  createRun,
  getRun,
  lastRuns,
  lastSuccess,
  listRuns,
  type NewRun,
  readEvents,
  requestCancel,
  takeRun,
} from './runs';
import { readSetting, writeSetting } from './settings';
import { journalModeFor } from './sqlite';
import { listWorkers, lockHolder, lockPrefix, removeWorker, saveWorker, unlockPrefix } from './workers';

const programs = postgresPrograms();
const home = mkdtempSync(join(tmpdir(), 'studio-db-'));
let server: PostgresServer | null = null;

beforeAll(async () => {
  if (programs) server = await startPostgres(programs);
});

afterAll(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

const newRun = (id: string, change: Partial<NewRun> = {}): NewRun => ({
  id,
  prefix: 'demo',
  board: 'amd64-usr',
  origin: 'web',
  text: 'name: demo\n',
  revision: 1,
  jobs: null,
  retry_of: null,
  queued_at: '2026-01-01T00:00:00.000Z',
  summary: '{}',
  ...change,
});

const code = (expected: string) => expect.objectContaining({ code: expected });

describe.each([
  { name: 'SQLite', there: true, url: () => null },
  { name: 'PostgreSQL', there: programs !== null, url: () => server?.url ?? null },
])('storage on $name', ({ there, url }) => {
  let studio: StudioDatabase;
  const it_ = it.skipIf(!there);

  beforeAll(async () => {
    if (there) studio = await openDatabase({ home, url: url() });
  });
  afterAll(async () => {
    if (there) await studio.close();
  });

  it_('migrates once, also when opened twice at the same time', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openDatabase({ home, url: url() })));
    const rows = await studio.db.selectFrom('schema_migrations').selectAll().execute();
    expect(rows.map((row) => row.name)).toEqual([
      '0001-first-tables',
      '0002-memory-of-packages',
      '0003-driver-of-a-run',
    ]);
    await Promise.all(others.map((other) => other.close()));
  });

  it_('stores designs, refuses a second one of the same name and notices stale edits', async () => {
    const now = '2026-01-01T00:00:00.000Z';
    await createPrefix(studio, { name: 'demo', text: 'a', now });
    await expect(createPrefix(studio, { name: 'demo', text: 'b', now })).rejects.toEqual(code('PREFIX_EXISTS'));
    expect((await updatePrefix(studio, { name: 'demo', text: 'b', revision: 1, now })).revision).toBe(2);
    expect((await updatePrefix(studio, { name: 'demo', text: 'b', revision: 1, now })).revision).toBe(2);
    const stale = updatePrefix(studio, { name: 'demo', text: 'c', revision: 1, now });
    await expect(stale).rejects.toEqual(code('STALE_REVISION'));
    expect((await updatePrefix(studio, { name: 'demo', text: 'c', revision: null, now })).revision).toBe(3);
    await expect(getPrefix(studio, 'other')).rejects.toEqual(code('PREFIX_UNKNOWN'));
    expect((await listPrefixes(studio)).map((row) => [row.name, row.text])).toEqual([['demo', 'c']]);
  });

  it_('gives back rows without extra keys', async () => {
    expect(Object.keys((await findPrefix(studio, 'demo')) ?? {}).sort()).toEqual(
      ['created_at', 'name', 'revision', 'text', 'updated_at'].sort(),
    );
  });

  it_('keeps events in order and refuses a seq twice', async () => {
    await createRun(studio, newRun('r1'));
    const event = (seq: number) => ({ seq, at: '2026-01-01T00:00:01.000Z', kind: 'log', body: `{"n":${seq}}` });
    await appendEvents(studio, 'r1', [event(1), event(2)], { seq: 2 });
    await expect(appendEvents(studio, 'r1', [event(3), event(2)], { seq: 3 })).rejects.toThrow();
    expect((await getRun(studio, 'r1')).seq).toBe(2);
    await appendEvents(
      studio,
      'r1',
      Array.from({ length: 250 }, (_, i) => event(i + 3)),
      { seq: 252 },
    );
    const events = await readEvents(studio, 'r1', 250);
    expect(events.map((row) => [row.seq, JSON.parse(row.body)])).toEqual([
      [251, { n: 251 }],
      [252, { n: 252 }],
    ]);
  });

  it_('gives runs of an earlier version the driver that built them', async () => {
    await createRun(studio, newRun('r0'));
    await studio.db.schema.alterTable('runs').dropColumn('driver').execute();
    await studio.db.deleteFrom('schema_migrations').where('name', '=', '0003-driver-of-a-run').execute();
    const later = await openDatabase({ home, url: url() });
    expect((await getRun(later, 'r0')).driver).toBe('embedded');
    expect((await createRun(later, newRun('r00', { driver: 'other' }))).driver).toBe('other');
    await later.close();
    await studio.db.deleteFrom('runs').where('id', 'in', ['r0', 'r00']).execute();
  });

  it_('gives a queued run to one worker only', async () => {
    await createRun(studio, newRun('r2'));
    const taken = await Promise.all([takeRun(studio, 'r2', 'w1'), takeRun(studio, 'r2', 'w2')]);
    expect(taken.sort()).toEqual([false, true]);
    expect((await requestCancel(studio, 'r2')).cancel).toBe(1);
    await expect(getRun(studio, 'none')).rejects.toEqual(code('RUN_UNKNOWN'));
  });

  it_('lists runs newest first, by prefix, state and page', async () => {
    await createRun(studio, newRun('r3', { prefix: 'other' }));
    await appendEvents(studio, 'r3', [], { state: 'succeeded' });
    expect((await listRuns(studio, { limit: 2 })).map((run) => run.id)).toEqual(['r3', 'r2']);
    expect((await listRuns(studio, { limit: 2, before: 'r2' })).map((run) => run.id)).toEqual(['r1']);
    expect((await listRuns(studio, { limit: 9, prefix: 'demo', states: ['running'] })).map((run) => run.id)).toEqual([
      'r2',
    ]);
    expect([...(await lastRuns(studio))].map(([prefix, run]) => [prefix, run.id]).sort()).toEqual([
      ['demo', 'r2'],
      ['other', 'r3'],
    ]);
    expect((await lastSuccess(studio, 'other'))?.id).toBe('r3');
    expect(await lastSuccess(studio, 'demo')).toBeNull();
  });

  it_('locks a prefix for one worker and frees it with the worker', async () => {
    const worker = {
      id: 'w1',
      kind: 'server' as const,
      host: 'h',
      pid: 1,
      pid_start: '1',
      run: null,
      seen_at: '2026-01-01T00:00:00.000Z',
    };
    await saveWorker(studio, worker);
    await saveWorker(studio, { ...worker, run: 'r2', seen_at: '2026-01-01T00:00:02.000Z' });
    expect((await listWorkers(studio)).map((row) => [row.id, row.run])).toEqual([['w1', 'r2']]);
    expect(await lockPrefix(studio, { prefix: 'demo', worker: 'w1', run: 'r2' })).toBe(true);
    expect(await lockPrefix(studio, { prefix: 'demo', worker: 'w2', run: 'r9' })).toBe(false);
    await unlockPrefix(studio, 'demo', 'w2');
    expect(await lockHolder(studio, 'demo')).toBe('r2');
    await removeWorker(studio, 'w1');
    expect(await lockHolder(studio, 'demo')).toBeNull();
    expect(await listWorkers(studio)).toEqual([]);
  });

  it_('answers the median of the last ten build times, and the most memory of these', async () => {
    for (let i = 0; i < 12; i++) {
      await addBuildTime(studio, {
        cpv: 'a/b-1',
        action: 'build',
        durationMs: i < 2 ? 100_000 : i * 10,
        peakRssBytes: i === 0 ? 2 ** 40 : i < 5 ? null : i * 2 ** 30,
        at: `2026-01-01T00:00:${10 + i}.000Z`,
      });
    }
    expect([...(await usualCosts(studio, ['a/b-1', 'a/c-1']))]).toEqual([
      ['build a/b-1', { durationMs: 65, peakRssBytes: 11 * 2 ** 30 }],
    ]);
  });

  it_('keeps settings', async () => {
    await writeSetting(studio, 'theme', { dark: true });
    await writeSetting(studio, 'theme', { dark: false });
    expect([await readSetting(studio, 'theme'), await readSetting(studio, 'none')]).toEqual([{ dark: false }, null]);
  });

  it_('removes a prefix with its runs', async () => {
    await deletePrefix(studio, 'demo');
    expect((await listRuns(studio, { limit: 9 })).map((run) => run.id)).toEqual(['r3']);
    expect(await readEvents(studio, 'r1', 0)).toEqual([]);
  });

  describe('the queue', () => {
    let queue: JobQueue;
    let nowMs = Date.parse('2026-01-01T00:00:00.000Z');

    beforeAll(async () => {
      if (there) queue = await openQueue(studio, { leaseMs: 3_600_000, now: () => nowMs });
    });
    afterAll(async () => {
      if (there) await queue.close();
    });

    it_('gives each job to one worker, oldest first', async () => {
      await queue.enqueue('j1');
      nowMs += 5;
      await queue.enqueue('j2');
      const first = await queue.claim('w1');
      const second = await queue.claim('w2');
      expect([first?.run, second?.run, await queue.claim('w3')]).toEqual(['j1', 'j2', null]);
      expect(await queue.heartbeat(first!, 'w1')).toBe(true);
      await queue.complete(first!);
      expect(await queue.heartbeat(first!, 'w1')).toBe(false);
      await queue.complete(second!);
    });

    it_('gives a released job out again and counts the attempt', async () => {
      await queue.enqueue('j3');
      await queue.claim('w1');
      await queue.release('j3');
      const again = await queue.claim('w2');
      expect([again?.run, again?.attempt]).toEqual(['j3', 2]);
      await queue.complete(again!);
      expect(await queue.claim('w1')).toBeNull();
    });

    it_('is given a run that waits once more only when its job is gone', async () => {
      await queue.ensure('j4');
      await queue.ensure('j4');
      const job = await queue.claim('w1');
      await queue.ensure('j4');
      expect([job?.run, await queue.claim('w2')]).toEqual(['j4', null]);
      await queue.complete(job!);
      await queue.ensure('j4');
      const again = await queue.claim('w2');
      expect(again?.run).toBe('j4');
      await queue.complete(again!);
    });
  });
});

describe('the embedded queue', () => {
  it('takes a job from a worker that is silent for longer than its lease', async () => {
    const studio = await openDatabase({ home: join(home, 'lease'), url: null });
    let nowMs = 0;
    const queue = await openQueue(studio, { leaseMs: 10_000, now: () => nowMs });
    await queue.enqueue('j1');
    const lost = await queue.claim('w1');
    nowMs = 9_000;
    expect(await queue.heartbeat(lost!, 'w1')).toBe(true);
    nowMs = 18_000;
    expect(await queue.claim('w2')).toBeNull();
    nowMs = 20_000;
    expect((await queue.claim('w2'))?.run).toBe('j1');
    expect(await queue.heartbeat(lost!, 'w1')).toBe(false);
    await studio.close();
  });
});

describe('the embedded database', () => {
  it('says which file cannot be opened', async () => {
    const file = join(home, 'a-file');
    writeFileSync(file, '');
    const opened = openDatabase({ home: file, url: null });
    await expect(opened).rejects.toEqual(code('NOT_A_FOLDER'));
    await expect(opened).rejects.toThrow(file);
  });

  it.each([
    ['local', 'wal'],
    ['network', 'delete'],
    ['unlocked', 'delete'],
  ] as const)('keeps no write-ahead log where others may share the disk: %s', (sharing, mode) => {
    expect(journalModeFor(sharing)).toBe(mode);
  });

  it('keeps every row when several connections write at once', async () => {
    const folder = join(home, 'many');
    const connections = await Promise.all([1, 2, 3].map(() => openDatabase({ home: folder, url: null })));
    await Promise.all(
      connections.map(async (studio, i) => {
        await createRun(studio, newRun(`w${i}`));
        for (let seq = 1; seq <= 50; seq++) {
          await appendEvents(studio, `w${i}`, [{ seq, at: '', kind: 'x', body: '{}' }], { seq });
        }
      }),
    );
    const [first] = connections;
    expect((await listRuns(first!, { limit: 9 })).map((run) => run.seq)).toEqual([50, 50, 50]);
    await Promise.all(connections.map((studio) => studio.close()));
  });
});
