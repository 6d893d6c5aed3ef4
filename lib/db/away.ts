import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult, TransactionSettings } from 'kysely';
import { asClause, isStudioError } from '../errors';
import { DbError } from './errors';

/** Connection refused, reset, timed out; name not found. Source: errno(3). */
const network =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES)$/;
/** Connection exceptions, no resources, shutdown and start. Source: PostgreSQL 17, appendix A. */
const postgres = /^(?:08|53|57P)/;
/** The file is not what it should be. One that is locked is told by `sqlite.ts`, which waits for it. */
const sqlite = /^SQLITE_(?:CANTOPEN|CORRUPT|NOTADB|PROTOCOL)/;
/** What pg says without a code. */
const sentences =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable|database connection is not open/i;

/** What an error of a driver means for the one who asked, or the error itself when it is a fault of ours. */
export function clearError(cause: unknown): unknown {
  if (isStudioError(cause)) return cause;
  const { code = '', message = String(cause) } = (cause ?? {}) as { code?: unknown; message?: string };
  const name = String(code);
  if (sqlite.test(name)) {
    return new DbError('DATABASE_AWAY', `The database file cannot be used: ${asClause(message)}.`, {
      hint: 'Check the folder of `studio.db` and its disk.',
      cause,
    });
  }
  if (network.test(name) || postgres.test(name) || sentences.test(message)) {
    return new DbError('DATABASE_AWAY', `The database does not answer: ${asClause(message) || name}.`, {
      hint: 'Is the PostgreSQL of DATABASE_URL running? Everything continues by itself when it is back.',
      cause,
    });
  }
  return cause;
}

/** The dialect with its errors told as `DATABASE_AWAY`: the one place through which all queries go. */
export function withClearErrors(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new ClearDriver(dialect.createDriver()),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

async function clearly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw clearError(error);
  }
}

class ClearDriver implements Driver {
  constructor(private readonly driver: Driver) {}

  init(): Promise<void> {
    return clearly(() => this.driver.init());
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ClearConnection(await clearly(() => this.driver.acquireConnection()));
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.driver.releaseConnection(plain(connection));
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return clearly(() => this.driver.beginTransaction(plain(connection), settings));
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return clearly(() => this.driver.commitTransaction(plain(connection)));
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return clearly(() => this.driver.rollbackTransaction(plain(connection)));
  }

  destroy(): Promise<void> {
    return this.driver.destroy();
  }
}

class ClearConnection implements DatabaseConnection {
  constructor(readonly plain: DatabaseConnection) {}

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return clearly(() => this.plain.executeQuery<R>(query));
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.plain.streamQuery<R>(query, chunkSize);
  }
}

const plain = (connection: DatabaseConnection): DatabaseConnection =>
  connection instanceof ClearConnection ? connection.plain : connection;
