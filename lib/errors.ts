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

/** Any error as one for people: what we say ourselves, or that this is a fault of ours, where to see it and what to do. */
export function tellable(error: unknown): StudioError {
  if (isStudioError(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new StudioError('INTERNAL', `unexpected error: ${said}`, {
    hint: 'This is a fault of Prefix Studio. PREFIX_STUDIO_DEBUG=1 shows where it is; please report it on the page where the project is hosted.',
    cause: error,
  });
}

/** A sentence of somebody else as a part of one of ours: what ends it, and the space around it, is taken away. */
export function asClause(said: string): string {
  let end = said.length;
  while (end > 0 && '.;: \n\t\r'.includes(said[end - 1] ?? '')) end--;
  return said.slice(0, end).trimStart();
}

/** The exhaustiveness guard of every switch over a closed union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
