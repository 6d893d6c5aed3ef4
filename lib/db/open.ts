import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Dialect, Kysely } from 'kysely';
import { isStudioError, type StudioError } from '../errors';
import { homeLayout } from '../home';
import { diskErrorOf, isOutOfRoom } from '../host/disk-error';
import { secretSetting } from '../host/secret-setting';
import { withClearErrors } from './away';
import { DbError } from './errors';
import { migrate } from './migrations';
import { postgresPatience } from './patience';
import type { Schema } from './schema';
import { sqliteDialect } from './sqlite';

/** An open database. `close` ends its connections. */
export interface StudioDatabase {
  readonly db: Kysely<Schema>;
  readonly kind: 'sqlite' | 'postgresql';
  /** connection URL, for the queue; null for the embedded database */
  readonly url: string | null;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** data folder; default: `dataHome()` */
  readonly home?: string;
  /** PostgreSQL URL; default: `DATABASE_URL`, or the content of `DATABASE_URL_FILE`; null or '' = embedded */
  readonly url?: string | null;
  /** the caller only reads: an embedded database that may not be written, or whose disk is full, is read from a copy */
  readonly onlyReads?: boolean;
  /** an embedded database is read from a copy in memory, because its disk has no room even for the files beside it */
  readonly inMemory?: boolean;
}

/** Opens the database and brings its schema up to date. Throws `DATABASE_OPEN`, and `DATABASE_NEWER` for one of a later version. */
export async function openDatabase(options: OpenOptions = {}): Promise<StudioDatabase> {
  try {
    return await openAsAsked(options);
  } catch (error) {
    if (!options.onlyReads || !isOutOfRoom(error)) throw error;
    return openAsAsked({ ...options, inMemory: true });
  }
}

async function openAsAsked(options: OpenOptions): Promise<StudioDatabase> {
  const url = options.url === undefined ? secretSetting('DATABASE_URL') : options.url;
  const { database } = homeLayout(options.home);
  const studio = url ? await openPostgres(url) : openOwn(database, options);
  try {
    await migrate(studio.db, studio.kind, () => new Date().toISOString());
    return studio;
  } catch (cause) {
    await studio.close();
    if (isStudioError(cause) && cause.code === 'DATABASE_NEWER') throw cause;
    throw url ? openError('the database at DATABASE_URL', cause) : embeddedError(database, cause);
  }
}

function openOwn(path: string, { onlyReads, inMemory }: OpenOptions): StudioDatabase {
  if (inMemory) return openCopy(path, isWritable(memoryFolder) ? memoryFolder : tmpdir());
  return onlyReads ? openForReading(path) : openEmbedded(path);
}

/** A file system in memory that every Linux has. Source: shm_overview(7). */
const memoryFolder = '/dev/shm';

function openEmbedded(path: string): StudioDatabase {
  let dialect: Dialect;
  try {
    dialect = sqliteDialect(path);
  } catch (cause) {
    throw embeddedError(path, cause);
  }
  const db = new Kysely<Schema>({ dialect: withClearErrors(dialect) });
  return { db, kind: 'sqlite', url: null, close: () => db.destroy() };
}

/** Files that belong to one state of the database; the last holds what is not yet in the first. */
const parts = ['', '-wal'];

function openForReading(path: string): StudioDatabase {
  if (!existsSync(path) || isWritable(dirname(path))) return openEmbedded(path);
  return openCopy(path, tmpdir());
}

function openCopy(path: string, place: string): StudioDatabase {
  const folder = mkdtempSync(join(place, 'prefix-studio-'));
  const copy = join(folder, 'studio.db');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (const part of parts) if (existsSync(path + part)) copyFileSync(path + part, copy + part);
    const studio = openEmbedded(copy);
    return { ...studio, close: () => studio.close().finally(remove) };
  } catch (cause) {
    remove();
    throw embeddedError(path, cause);
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function openPostgres(url: string): Promise<StudioDatabase> {
  const [{ PostgresDialect }, { default: pg }] = await Promise.all([import('kysely'), import('pg')]);
  const pool = new pg.Pool({ connectionString: url, max: 8, ...postgresPatience });
  // An idle connection that the server closes is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // So would one that a query or a transaction uses; whoever uses it is told by the query itself.
  pool.on('connect', (client) => void client.on('error', () => {}));
  const db = new Kysely<Schema>({ dialect: withClearErrors(new PostgresDialect({ pool })) });
  return { db, kind: 'postgresql', url, close: () => db.destroy() };
}

/** An error that tells what is wrong already, or one that says which file was to be opened. */
function embeddedError(path: string, cause: unknown): StudioError {
  if (isStudioError(cause)) return cause;
  return diskErrorOf(cause, { path, doing: 'opening the database' }) ?? openError(`\`${path}\``, cause);
}

function openError(what: string, cause: unknown): DbError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DbError('DATABASE_OPEN', `${what} cannot be opened: ${reason}`, {
    hint: 'Check that the folder is writable, or that the PostgreSQL of DATABASE_URL is running.',
    cause,
  });
}
