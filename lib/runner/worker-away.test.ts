import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../db/__fixtures__/postgres';
import { openDatabase, openQueue } from '../db/index';
import { workUntil } from './worker-loop';

const programs = postgresPrograms();

describe.skipIf(programs === null)('a worker whose PostgreSQL goes away', () => {
  let postgres: PostgresServer;
  const home = mkdtempSync(join(tmpdir(), 'studio-worker-'));
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(home, { recursive: true });
  });

  it('says so once and takes jobs again when it is back', async () => {
    const studio = await openDatabase({ home, url: postgres.url });
    const said: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    const shutdown = new AbortController();
    const queue = await openQueue(studio, { leaseMs: 1000, now: Date.now });
    const worker = workUntil(studio, home, shutdown.signal);
    const untilSaid = (what: RegExp): Promise<void> =>
      vi.waitFor(() => expect(said.some((line) => what.test(line))).toBe(true), { timeout: 300_000, interval: 50 });
    try {
      await queue.enqueue('unknown-before');
      await untilSaid(/unknown-before/);
      await postgres.down();
      await untilSaid(/^worker: The database does not answer: /);
      await postgres.up();
      await queue.enqueue('unknown-after');
      await untilSaid(/unknown-after/);
      expect(said.filter((line) => line.includes('does not answer'))).toHaveLength(1);
    } finally {
      shutdown.abort();
      await worker;
      stderr.mockRestore();
      await queue.close();
      await studio.close();
    }
  });
});
