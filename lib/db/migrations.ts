import { type Kysely, sql } from 'kysely';
import { DbError } from './errors';
import type { Schema } from './schema';

interface Migration {
  readonly name: string;
  up(db: Kysely<Schema>): Promise<void>;
}

/** In order; a released entry is never changed, only followed by another. */
const migrations: readonly Migration[] = [
  {
    name: '0001-first-tables',
    async up(db) {
      await db.schema
        .createTable('prefixes')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('revision', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('runs')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('prefix', 'text', (column) => column.notNull())
        .addColumn('board', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('origin', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('revision', 'integer')
        .addColumn('jobs', 'integer')
        .addColumn('retry_of', 'text')
        .addColumn('owner', 'text')
        .addColumn('cancel', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('queued_at', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text')
        .addColumn('finished_at', 'text')
        .addColumn('seq', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('summary', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('runs_by_prefix').on('runs').columns(['prefix', 'id']).execute();
      await db.schema.createIndex('runs_by_state').on('runs').columns(['state', 'id']).execute();
      await db.schema
        .createTable('run_events')
        .addColumn('run', 'text', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('at', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('run_events_key', ['run', 'seq'])
        .execute();
      await db.schema
        .createTable('jobs')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('worker', 'text')
        .addColumn('lease_until', 'text')
        .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('created_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('workers')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('pid', 'integer', (column) => column.notNull())
        .addColumn('pid_start', 'text', (column) => column.notNull())
        .addColumn('run', 'text')
        .addColumn('seen_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('prefix_locks')
        .addColumn('prefix', 'text', (column) => column.primaryKey())
        .addColumn('worker', 'text', (column) => column.notNull())
        .addColumn('run', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('build_times')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('cpv', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('duration_ms', 'integer', (column) => column.notNull())
        .addColumn('at', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('build_times_by_cpv').on('build_times').columns(['cpv', 'action', 'at']).execute();
      await db.schema
        .createTable('settings')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute();
    },
  },
  {
    name: '0002-memory-of-packages',
    async up(db) {
      await db.schema.alterTable('build_times').addColumn('peak_kib', 'integer').execute();
    },
  },
  {
    name: '0003-driver-of-a-run',
    async up(db) {
      await db.schema
        .alterTable('runs')
        .addColumn('driver', 'text', (column) => column.notNull().defaultTo('embedded'))
        .execute();
    },
  },
];

/** Any constant; every Studio process takes the same lock while it migrates. */
const advisoryLock = 7_780_001;

/** Brings the schema up to date in one transaction; processes that start together wait for each other. */
export async function migrate(db: Kysely<Schema>, kind: 'sqlite' | 'postgresql', now: () => string): Promise<void> {
  const done = await applied(db).catch(() => null);
  refuseNewer(done ?? new Set());
  if (done && migrations.every((migration) => done.has(migration.name))) return;
  await db.transaction().execute(async (transaction) => {
    if (kind === 'postgresql') await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(transaction);
    await transaction.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('at', 'text', (column) => column.notNull())
      .execute();
    const names = await applied(transaction);
    refuseNewer(names);
    for (const migration of migrations) {
      if (names.has(migration.name)) continue;
      await migration.up(transaction);
      await transaction.insertInto('schema_migrations').values({ name: migration.name, at: now() }).execute();
    }
  });
}

/** A later version may have given columns another meaning: what it wrote is not touched. */
function refuseNewer(names: ReadonlySet<string>): void {
  const unknown = [...names].filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length === 0) return;
  throw new DbError(
    'DATABASE_NEWER',
    `The database was changed by a later version of Prefix Studio (\`${unknown.join(', ')}\`).`,
    {
      hint: 'Start that version again, or point PREFIX_STUDIO_HOME (or DATABASE_URL) somewhere else.',
    },
  );
}

async function applied(db: Kysely<Schema>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('schema_migrations').select('name').execute();
  return new Set(rows.map((row) => row.name));
}
