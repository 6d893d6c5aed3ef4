import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../db/__fixtures__/postgres';
import { createPrefix, getRun, openDatabase } from '../db/index';
import { performRun } from './perform-run';
import { recordRun } from './run-requests';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const programs = postgresPrograms();
const text = 'name: demo\nboard: amd64-usr\npath: /opt/demo\npackages: [app-text/tree]\n';

describe.skipIf(programs === null)('a build whose PostgreSQL goes away while it plans', () => {
  let postgres: PostgresServer;
  const home = mkdtempSync(join(tmpdir(), 'studio-planning-'));
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('waits for it, says so once, and goes on by itself', async () => {
    const studio = await openDatabase({ home, url: postgres.url });
    const now = new Date();
    const prefix = await createPrefix(studio, { name: 'demo', text, now: now.toISOString() });
    const run = await recordRun(studio, { prefix, origin: 'web', jobs: null, now });
    const shutdown = new AbortController();
    const said: string[] = [];
    let away: Promise<void> | null = null;
    const outcome = await performRun(studio, run.id, {
      home,
      worker: 'worker',
      shutdown: shutdown.signal,
      patience: () => new AbortController().signal,
      onEvent: (event) => {
        if (event.kind === 'log' && event.id === null) said.push(event.text);
        if (event.kind === 'log' && event.text.startsWith('Planning')) away ??= postgres.down();
        if (event.kind === 'log' && event.text.includes('continues when that is back')) void away?.then(postgres.up);
        // what comes behind planning is a matter of other tests
        if (event.kind === 'planned' || event.kind === 'done') shutdown.abort();
      },
    });
    expect(said.filter((line) => line.includes('The database does not answer'))).toHaveLength(1);
    expect(outcome.kind).toBe('unfinished');
    expect(await getRun(studio, run.id)).toMatchObject({ state: 'queued', owner: null });
    await studio.close();
  });
});
