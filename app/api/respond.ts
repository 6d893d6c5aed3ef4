import 'server-only';
import { z } from 'zod';
import type { ErrorBody } from '../../lib/api';
import { httpStatus } from '../../lib/api';
import { isStudioError } from '../../lib/errors';
import { isDesignInvalid, RunnerError, type StudioServer, studioServer } from '../../lib/runner';

/** The largest body that any route takes. */
const mostBodyBytes = 1024 * 1024;

interface RouteContext<P> {
  readonly params: Promise<P>;
}

type Handler<P> = (server: StudioServer, request: Request, params: P) => Promise<unknown>;

/** A route handler: what `handle` returns is sent as JSON with `status`, a `Response` as it is; errors become `ErrorBody`. */
export function route<P = Record<string, never>>(handle: Handler<P>, status = 200) {
  return async (request: Request, context: RouteContext<P>): Promise<Response> => {
    try {
      const answer = await handle(await studioServer(), request, await context.params);
      if (answer instanceof Response) return answer;
      if (answer === undefined) return new Response(null, { status: 204 });
      return Response.json(answer, { status, headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      // nobody reads the answer
      if (request.signal.aborted) return new Response(null, { status: 499 });
      return errorResponse(error);
    }
  };
}

function errorResponse(error: unknown): Response {
  if (!isStudioError(error)) {
    console.error(error);
    const message = 'Something went wrong inside Prefix Studio; the terminal of the server shows where.';
    return Response.json({ error: { code: 'INTERNAL', message, details: {} } } satisfies ErrorBody, { status: 500 });
  }
  const body: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint,
      details: error.details,
      ...(isDesignInvalid(error) && { problems: error.problems }),
    },
  };
  return Response.json(body, { status: httpStatus(error.code) });
}

/** The JSON body in the wanted shape. Throws REQUEST_INVALID. */
export async function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const text = await request.text();
  if (text.length > mostBodyBytes) throw invalid('The body is larger than 1 MiB.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('The body is not JSON.');
  }
  return checked(schema, value);
}

/** The query in the wanted shape. Throws REQUEST_INVALID. */
export function queryOf<T>(request: Request, schema: z.ZodType<T>): T {
  return checked(schema, Object.fromEntries(new URL(request.url).searchParams));
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`\`${issue?.path.join('.') || 'The request'}\`: ${issue?.message ?? 'not as expected'}.`);
}

export function invalid(message: string): RunnerError {
  return new RunnerError('REQUEST_INVALID', message, { hint: 'The routes and their types are listed in lib/api.' });
}

/** A whole number in a query, between two bounds. */
export const count = (fallback: number, most: number) => z.coerce.number().int().min(0).max(most).default(fallback);

export const fileRoot = z.enum(['staging', 'final']).default('final');

/** A package of a log: its PlanNodeId, empty for the run itself. */
export const logPackage = z.string().max(300).default('');
