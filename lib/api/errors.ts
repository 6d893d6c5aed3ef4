import { StudioError, type StudioErrorOptions } from '../errors';
import type { ApiErrorCode } from './error-codes';
import type { FieldError } from './problem';

/** A request that is not understood. `errors` names what is wrong with which of its fields. */
export class ApiError extends StudioError<ApiErrorCode> {
  override readonly name = 'ApiError';
  readonly errors: readonly FieldError[];

  constructor(
    code: ApiErrorCode,
    message: string,
    options: StudioErrorOptions & { errors?: readonly FieldError[] } = {},
  ) {
    super(code, message, options);
    this.errors = options.errors ?? [];
  }
}
