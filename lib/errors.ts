/** JSON that may stand in the `details` of an error. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface StudioErrorOptions {
  /** What to do next, in one sentence. Left out when there is no next step. */
  readonly hint?: string;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

const brand = Symbol.for('prefix-studio.error');

/**
 * The one error class users see. Each `lib/` folder has a subclass with a closed union of codes.
 * `message` says what happened with the offending text in backticks; `hint` says what to do next.
 */
export class StudioError<Code extends string = string> extends Error {
  override readonly name: string = 'StudioError';
  readonly [brand] = true;
  readonly code: Code;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, options: StudioErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/**
 * Is it an error of ours? `instanceof` cannot tell: each bundle of the web server has a copy of the class, and what one
 * of them starts answers the others.
 */
export const isStudioError = (value: unknown): value is StudioError =>
  typeof value === 'object' && value !== null && brand in value;

/** The exhaustiveness guard of every switch over a closed union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
