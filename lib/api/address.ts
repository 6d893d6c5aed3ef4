import type * as z from 'zod';
import type { Answers } from './answers';
import type { contract, Method, Route } from './contract';
import type { Given } from './given';

type Schema<R extends Route, Part extends string> = (typeof contract)[R] extends {
  readonly [K in Part]: infer S extends z.ZodType;
}
  ? S
  : never;

/** Which parameters may be left out is what the schema takes; their values are what it makes of them. */
type QueryOf<S extends z.ZodType> = {
  readonly [K in keyof z.input<S>]: z.output<S>[K & keyof z.output<S>] | undefined;
};

type Query<S extends z.ZodType> = [S] extends [never]
  ? unknown
  : object extends QueryOf<S>
    ? { readonly query?: QueryOf<S> }
    : { readonly query: QueryOf<S> };

/** What is sent to a route, as the contract types it. */
export type Sent<R extends Route> = ([Schema<R, 'params'>] extends [never]
  ? unknown
  : { readonly params: z.input<Schema<R, 'params'>> }) &
  Query<Schema<R, 'query'>> &
  ([Schema<R, 'body'>] extends [never] ? unknown : { readonly body: Given<z.input<Schema<R, 'body'>>> });

/** Left out where nothing has to be sent. */
export type SentArgument<R extends Route> = object extends Sent<R> ? [sent?: Sent<R>] : [sent: Sent<R>];

/** What a route answers; `undefined` where it answers with nothing. */
export type AnswerOf<R extends Route> = R extends keyof Answers ? Answers[R] : undefined;

interface AnySent {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
}

const partsOf = (route: Route): [Method, string] => route.split(' ') as [Method, string];

export const methodOf = (route: Route): Method => partsOf(route)[0];

/** The address of a route, with what is sent in path and query; both are escaped. */
export function addressOf<R extends Route>(route: R, ...[sent]: SentArgument<R>): string {
  const { params = {}, query = {} }: AnySent = sent ?? {};
  const path = partsOf(route)[1].replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined) search.append(name, String(each));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/**
 * The key of an answer in a cache, from coarse to fine: the steps of the path, then query and body. What is said of
 * `['prefixes', 'demo']` holds for everything below `/api/prefixes/demo`.
 */
export function keyOf<R extends Route>(route: R, ...[sent]: SentArgument<R>): readonly unknown[] {
  const { params = {}, query, body }: AnySent = sent ?? {};
  const steps = partsOf(route)[1].split('/').slice(2);
  const filled = steps.map((step) => (step.startsWith('{') ? params[step.slice(1, -1)] : step));
  return [...filled, ...[query, body].filter((part) => part !== undefined)];
}
