import type { RunnerErrorCode } from '../api/error-codes';
import type { DesignProblem } from '../design/errors';
import { StudioError, type StudioErrorOptions } from '../errors';

export type { RunnerErrorCode };

export class RunnerError extends StudioError<RunnerErrorCode> {
  override readonly name = 'RunnerError';
}

/** A design that has problems where a sound one is needed. The problems come along, so that each stands at its field. */
export class DesignInvalidError extends RunnerError {
  constructor(
    readonly problems: readonly DesignProblem[],
    options: StudioErrorOptions = {},
  ) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super('DESIGN_INVALID', `The design cannot be used: ${first?.message ?? 'it has problems'}${more}`, {
      hint: first?.hint,
      ...options,
    });
  }
}

export const isDesignInvalid = (error: StudioError): error is DesignInvalidError => error.code === 'DESIGN_INVALID';
