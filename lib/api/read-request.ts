import type * as z from 'zod';
import { addressOf, type SentArgument } from './address';
import { contract, type Endpoint, type Route } from './contract';
import { ApiError } from './errors';
import type { FieldError } from './problem';
import { readJson } from './read-body';

type OutputOf<E, Key extends string> = E extends { readonly [K in Key]: infer T extends z.ZodType }
  ? z.output<T>
  : never;

/** What a request to a route carries, as the contract types it. */
export interface Asked<R extends Route> {
  readonly params: OutputOf<(typeof contract)[R], 'params'>;
  readonly query: OutputOf<(typeof contract)[R], 'query'>;
  readonly body: OutputOf<(typeof contract)[R], 'body'>;
}

/** Reads a request as its route's contract says. Throws REQUEST_INVALID and as `readJson`. */
export async function readRequest<R extends Route>(
  route: R,
  request: Pick<Request, 'url' | 'headers' | 'body'>,
  params: Readonly<Record<string, string>>,
): Promise<Asked<R>> {
  const endpoint: Endpoint = contract[route];
  return {
    params: check(endpoint.params, params, 'path'),
    query: readQuery(endpoint, new URL(request.url).searchParams),
    body: endpoint.body && check(endpoint.body, await readJson(request), 'body'),
  } as Asked<R>;
}

/** What a program sends to a route, read as if it had come as a request. Throws REQUEST_INVALID. */
export function readSent<R extends Route>(route: R, ...[sent]: SentArgument<R>): Asked<R> {
  const endpoint: Endpoint = contract[route];
  const { params, body }: { readonly params?: unknown; readonly body?: unknown } = sent ?? {};
  // the host is never looked at
  const { searchParams } = new URL(addressOf(route, ...([sent] as SentArgument<R>)), 'http://localhost');
  return {
    params: check(endpoint.params, params, 'path'),
    query: readQuery(endpoint, searchParams),
    body: check(endpoint.body, body, 'body'),
  } as Asked<R>;
}

function readQuery({ query }: Endpoint, sent: URLSearchParams): unknown {
  const value: Record<string, unknown> = {};
  for (const name of new Set(sent.keys())) {
    const all = sent.getAll(name);
    const known = query && Object.hasOwn(query.shape, name);
    if (!known)
      throw invalid([{ field: clip(name), code: 'unknown', detail: `There is no parameter \`${clip(name)}\`.` }]);
    const isList = query.shape[name]!.safeParse([]).success;
    if (!isList && all.length > 1) {
      throw invalid([{ field: name, code: 'repeated', detail: `\`${name}\` is given ${all.length} times.` }]);
    }
    value[name] = isList ? all : all[0];
  }
  return query && check(query, value, 'query');
}

function check(schema: z.ZodType | undefined, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  const result = schema?.safeParse(value);
  if (!result || result.success) return result?.data;
  throw invalid(result.error.issues.flatMap((issue) => describe(issue, where)).slice(0, mostErrors));
}

const mostErrors = 20;

function describe(issue: z.core.$ZodIssue, where: 'path' | 'query' | 'body'): FieldError[] {
  if (issue.code === 'invalid_union') {
    // the alternative that came closest says what is missing
    const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    if (nearest.length > 0) {
      return nearest.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, where));
    }
  }
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
  return keys.map((key) => {
    const path = [...issue.path, ...(key === undefined ? [] : [key])].map((step) => clip(String(step)));
    const field = path.join('.');
    const detail =
      key === undefined
        ? `${field === '' ? 'The body' : `\`${field}\``}: ${issue.message}.`
        : `There is no \`${field}\` in this request.`;
    return { field, ...(where === 'body' && { pointer: pointerOf(path) }), code: issue.code, detail };
  });
}

/** Source: RFC 6901. */
const pointerOf = (path: readonly string[]): string =>
  path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const clip = (text: string): string => text.replace(/[\p{Cc}\p{Cs}]/gu, '?').slice(0, 100);

function invalid(errors: readonly FieldError[]): ApiError {
  return new ApiError('REQUEST_INVALID', errors[0]?.detail ?? 'The request is not as expected.', {
    hint: 'lib/api/README.md lists the routes and what each of them takes.',
    errors,
  });
}
