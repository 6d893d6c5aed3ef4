import { StudioError, type StudioErrorOptions } from '../errors';

export type PmsErrorCode =
  | 'INVALID_VERSION'
  | 'INVALID_CPV'
  | 'INVALID_ATOM'
  | 'NOT_ALLOWED_HERE'
  | 'NOT_IN_EAPI'
  | 'UNKNOWN_EAPI'
  | 'UNKNOWN_FLAG'
  | 'INVALID_DEPENDENCY';

/** Text that is not what the package manager specification says it has to be. */
export class PmsError extends StudioError<PmsErrorCode> {
  override readonly name = 'PmsError';

  constructor(code: PmsErrorCode, message: string, options: StudioErrorOptions = {}) {
    super(code, message, options);
  }
}
