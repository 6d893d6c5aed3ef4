import type { DesignProblem } from '../design/errors';
import type { ErrorDetails } from '../errors';
import { httpStatus } from './http-status';

/** One thing wrong at one field of a request or of the design in it. */
export interface FieldError {
  /** a dotted path: `packages.0`, or the name of a parameter; '' for the whole */
  readonly field: string;
  /** JSON pointer into the body, where the field is one of it */
  readonly pointer?: string;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  /** a value which would be right here */
  readonly suggestion?: string;
  /** 1-based position in the text of the design or of the body */
  readonly line?: number;
  readonly column?: number;
}

/** Body of every answer with a status of 400 or more, as `application/problem+json`. Source: RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** what happened, offending text in backticks */
  readonly detail: string;
  /** URI reference: the path that was asked for, or `prefix-studio:plan` for a command */
  readonly instance: string;
  readonly code: string;
  /** what to do next */
  readonly hint?: string;
  readonly errors?: readonly FieldError[];
  readonly details?: ErrorDetails;
}

const problemType = 'application/problem+json';

/** How long a client is asked to wait before it comes again, s. */
const retryAfterSeconds = '3';

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: ErrorDetails;
  /** of a request */
  readonly errors?: readonly FieldError[];
  /** of a design */
  readonly problems?: readonly DesignProblem[];
}

/** The problem that an error is for the one who asked. */
export function problemOf(error: Told, instance: string): Problem {
  const { code, message, hint, details = {} } = error;
  const errors = [...(error.errors ?? []), ...(error.problems ?? []).map(fieldError)];
  return {
    type: `urn:prefix-studio:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(code),
    status: httpStatus(code),
    detail: message,
    instance,
    code,
    ...(hint !== undefined && { hint }),
    ...(errors.length > 0 && { errors }),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** Titles that the words of the code do not make. */
const titles: Readonly<Record<string, string>> = {
  BODY_NOT_JSON: 'Body is not JSON',
  SOURCE_NOT_PUBLIC: 'Source is not public',
  EXPORT_NOT_EMPTY: 'Export folder is not empty',
  NOT_IN_EAPI: 'Not in this EAPI',
};

/** Words that are written in a way of their own. */
const spelled: Readonly<Record<string, string>> = {
  api: 'API',
  binpkg: 'Binary package',
  cpv: 'CPV',
  eapi: 'EAPI',
  git: 'Git',
  http: 'HTTP',
  json: 'JSON',
  src: 'SRC',
  uri: 'URI',
  url: 'URL',
};

function titleOf(code: string): string {
  const said = code
    .toLowerCase()
    .split('_')
    .map((word) => spelled[word] ?? word)
    .join(' ');
  return titles[code] ?? said.charAt(0).toUpperCase() + said.slice(1);
}

const fieldError = ({ message, ...rest }: DesignProblem): FieldError => ({ ...rest, detail: message });

/** The headers of a problem: type, never kept, and when to come again if something is away. */
export function problemHeaders({ status }: Pick<Problem, 'status'>): Record<string, string> {
  return {
    'content-type': problemType,
    'cache-control': 'no-store',
    ...((status === 503 || status === 429) && { 'retry-after': retryAfterSeconds }),
  };
}

/** Is this body a problem of ours? */
export function isProblem(value: unknown): value is Problem {
  const body = value as Partial<Problem> | null;
  return typeof body?.code === 'string' && typeof body.detail === 'string' && typeof body.status === 'number';
}

/** What is wrong with the fields of a design, out of the problem that told it. */
export function designProblemsOf({ errors = [] }: Problem): readonly DesignProblem[] {
  return errors.map(({ pointer: _, code, detail, hint = '', ...rest }) => ({
    ...rest,
    code: code as DesignProblem['code'],
    message: detail,
    hint,
  }));
}
