import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from './__fixtures__/postgres';
import { clearError } from './away';
import { createPrefix, listPrefixes, openDatabase, openQueue } from './index';

const withCode = (code: string, message = 'no'): Error => Object.assign(new Error(message), { code });

describe('an error of a driver', () => {
  it.each([
    withCode('ECONNREFUSED'),
    withCode('ENOTFOUND'),
    withCode('57P01'),
    withCode('57P03'),
    withCode('08006'),
    withCode('53300'),
    withCode('SQLITE_NOTADB'),
    withCode('SQLITE_CANTOPEN'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
  ])('%s means that the database is away', (cause) => {
    expect(clearError(cause)).toMatchObject({ code: 'DATABASE_AWAY', hint: expect.any(String), cause });
  });

  it.each([
    withCode('23505'),
    withCode('42601'),
    withCode('SQLITE_CONSTRAINT'),
    withCode('SQLITE_BUSY'),
    new Error('no'),
    new TypeError('x'),
    null,
  ])('%s is a fault of ours, or handled by who asked', (cause) => {
    expect(clearError(cause)).toBe(cause);
  });
});

describe('an embedded database', () => {
  it('of a later version is not touched', async () => {
    const home = mkdtempSync(join(tmpdir(), 'studio-newer-'));
    await (await openDatabase({ home, url: null })).close();
    const file = new Libsql(join(home, 'studio.db'));
    file.exec("insert into schema_migrations (name, at) values ('9999-from-the-future', 'x')");
    file.close();
    await expect(openDatabase({ home, url: null })).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      message: expect.stringContaining('9999-from-the-future'),
    });
    rmSync(home, { recursive: true });
  });
});

const programs = postgresPrograms();

describe.skipIf(programs === null)('a PostgreSQL that goes away', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(() => postgres.stop());

  it('is told as away by queries, transactions and the queue, and used again when it is back', async () => {
    const studio = await openDatabase({ url: postgres.url });
    const queue = await openQueue(studio, { leaseMs: 1000, now: Date.now });
    await createPrefix(studio, { name: 'demo', text: 'x', now: '2026-01-01' });
    await postgres.down();
    await expect(listPrefixes(studio)).rejects.toMatchObject({ code: 'DATABASE_AWAY' });
    await expect(
      studio.db.transaction().execute((t) => t.selectFrom('runs').selectAll().execute()),
    ).rejects.toMatchObject({
      code: 'DATABASE_AWAY',
    });
    await expect(queue.enqueue('run')).rejects.toMatchObject({ code: 'DATABASE_AWAY' });
    await expect(queue.ensure('run')).rejects.toMatchObject({ code: 'DATABASE_AWAY' });
    // not "there is no job"
    await expect(queue.claim('worker')).rejects.toMatchObject({ code: 'DATABASE_AWAY' });
    await expect(openDatabase({ url: postgres.url })).rejects.toMatchObject({ code: 'DATABASE_OPEN' });
    await postgres.up();
    expect(await listPrefixes(studio)).toHaveLength(1);
    // the connection breaks while somebody has it and asks nothing
    const held = studio.db.transaction().execute(async (t) => {
      await t.selectFrom('runs').selectAll().execute();
      await postgres.down();
      await t.selectFrom('runs').selectAll().execute();
    });
    await expect(held).rejects.toMatchObject({ code: 'DATABASE_AWAY' });
    await postgres.up();
    expect(await listPrefixes(studio)).toHaveLength(1);
    await queue.enqueue('run');
    expect(await queue.claim('worker')).toMatchObject({ run: 'run' });
    // its worker died before it took the run: the job stands for it no longer than the lease
    const later = await openQueue(studio, { leaseMs: 0, now: Date.now });
    await later.ensure('run');
    expect(await queue.claim('another')).toMatchObject({ run: 'run' });
    await later.close();
    await queue.close();
    await studio.close();
  });
});
