import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import Libsql from 'libsql';
import { type DiskSharing, diskOf, sharingOf } from '../host/disk';
import { type DiskUse, diskErrorOf } from '../host/disk-error';
import { makeWritableFolder } from '../host/writable-folder';
import { DbError } from './errors';

/** How long a statement waits for another writer before it fails with DATABASE_BUSY. */
const patienceMs = 15_000;

/**
 * The embedded database for Kysely, in WAL mode on a local disk, so that server, workers and command line use it at once. A statement
 * that meets another writer waits without blocking the event loop. Rows are read with `all()` only: those of `get()`
 * carry a `_metadata` key.
 */
export function sqliteDialect(path: string): Dialect {
  makeWritableFolder(dirname(path), 'opening the database');
  const database = new Libsql(path);
  database.exec('PRAGMA busy_timeout = 20');
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SingleConnectionDriver(database, path),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Room for the shared memory and the log that SQLite keeps beside its file, and for some growth. */
const needBytes = 1_000_000;

const databaseUse = (path: string): DiskUse => ({ path, doing: `using the database \`${path}\``, needBytes });

class Connection implements DatabaseConnection {
  constructor(
    private readonly database: Libsql.Database,
    private readonly path: string,
  ) {}

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = performance.now() + patienceMs;
    let statement: Libsql.Statement | null = null;
    for (let pauseMs = 2; ; pauseMs = Math.min(50, pauseMs * 2)) {
      try {
        // The same statement is run again: a second one beside a refused one would keep the transaction from ending.
        statement ??= this.database.prepare(sql);
        if (statement.reader) return { rows: statement.all(...parameters) as R[] };
        return { numAffectedRows: BigInt(statement.run(...parameters).changes), rows: [] };
      } catch (error) {
        if (!isBusy(error)) throw diskErrorOf(error, databaseUse(this.path)) ?? error;
        if (performance.now() > deadline) throw busyError(this.path, error);
        await wait(pauseMs);
      }
    }
  }

  // biome-ignore lint/correctness/useYield: the interface wants a generator; no query of ours streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the embedded database does not stream');
  }
}

/** One connection, handed to one query or transaction after the other. */
class SingleConnectionDriver implements Driver {
  private readonly connection: Connection;
  private free: Promise<void> = Promise.resolve();
  private release: () => void = () => {};

  constructor(
    private readonly database: Libsql.Database,
    private readonly path: string,
  ) {
    this.connection = new Connection(database, path);
  }

  async init(): Promise<void> {
    const mode = journalModeFor(sharingOf(diskOf(this.path)?.type ?? ''));
    await this.connection.executeQuery(CompiledQuery.raw(`pragma journal_mode = ${mode}`));
    await this.connection.executeQuery(CompiledQuery.raw(`pragma synchronous = ${mode === 'wal' ? 'normal' : 'full'}`));
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.free;
    let release = (): void => {};
    this.free = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.release = release;
    return this.connection;
  }

  async releaseConnection(): Promise<void> {
    this.release();
  }

  // A deferred transaction that turns into a writer fails at once when another process wrote; an immediate one waits.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch((error: unknown) => {
      // a commit that found the disk full has rolled back already; its own error is the one to tell
      if (!(error instanceof Error) || !error.message.includes('no transaction is active')) throw error;
    });
  }

  async destroy(): Promise<void> {
    await this.free;
    this.database.close();
  }
}

/** A write-ahead log needs memory that all users share, which other machines cannot. Source: SQLite, “Write-Ahead Logging”. */
export const journalModeFor = (sharing: DiskSharing): 'wal' | 'delete' => (sharing === 'local' ? 'wal' : 'delete');

function busyError(path: string, cause: unknown): DbError {
  return new DbError('DATABASE_BUSY', `Another program has kept \`${path}\` locked for ${patienceMs / 1000} seconds.`, {
    hint: 'Find it with `fuser -v` on that file and end it, then try again.',
    cause,
  });
}

function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}
