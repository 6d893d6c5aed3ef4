import { type AnswerOf, addressOf, methodOf, type Sent, type SentArgument } from '@/lib/api/address';
import type { Route } from '@/lib/api/contract';
import { designProblemsOf, isProblem } from '@/lib/api/problem';
import type { DesignProblem } from '@/lib/design/errors';
import { type ErrorDetails, isStudioError } from '@/lib/errors';

/** An answer of the server that is not what was asked for, or no answer at all (`code` OFFLINE). */
export class RequestError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number;
  readonly problems: readonly DesignProblem[];
  readonly details: ErrorDetails;

  constructor(
    status: number,
    code: string,
    message: string,
    hint?: string,
    problems: readonly DesignProblem[] = [],
    details: ErrorDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.problems = problems;
    this.details = details;
  }
}

async function problemOf(response: Response): Promise<RequestError> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) {
    return new RequestError(response.status, body.code, body.detail, body.hint, designProblemsOf(body), body.details);
  }
  return new RequestError(
    response.status,
    'UNEXPECTED_ANSWER',
    `The server answered with status \`${response.status}\` and no explanation.`,
    'The terminal in which Prefix Studio runs shows more.',
  );
}

interface Waiting {
  /** aborted when nobody waits any more */
  readonly signal?: AbortSignal;
}

export type AskArgument<R extends Route> =
  object extends Sent<R> ? [sent?: Sent<R> & Waiting] : [sent: Sent<R> & Waiting];

/** Asks a route of the server: what is sent and what comes back is as the contract types it. Throws `RequestError`. */
export async function ask<R extends Route>(route: R, ...[sent]: AskArgument<R>): Promise<AnswerOf<R>> {
  const { body, signal }: { readonly body?: unknown } & Waiting = sent ?? {};
  let response: Response;
  try {
    response = await fetch(addressOf(route, ...([sent] as SentArgument<R>)), {
      method: methodOf(route),
      signal,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestError(
      0,
      'OFFLINE',
      'Prefix Studio does not answer.',
      'Is its server still running? Start it again with `npm start`; builds resume by themselves.',
    );
  }
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as AnswerOf<R>;
}

/** Any thrown value as something that can be shown. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (isStudioError(error)) return new RequestError(0, error.code, error.message, error.hint);
  return new RequestError(0, 'INTERNAL', error instanceof Error ? error.message : String(error));
}
