import { StudioError } from '../errors';

export type DbErrorCode =
  | 'DATABASE_OPEN'
  | 'DATABASE_AWAY'
  /** another program keeps the file locked */
  | 'DATABASE_BUSY'
  | 'DATABASE_NEWER'
  | 'PREFIX_UNKNOWN'
  | 'PREFIX_EXISTS'
  | 'STALE_REVISION'
  | 'RUN_UNKNOWN';

export class DbError extends StudioError<DbErrorCode> {
  override readonly name = 'DbError';
}
