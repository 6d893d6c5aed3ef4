import 'server-only';
import { type AnswerOf, contract, type Problem, problemHeaders, problemOf, type Route } from '../../lib/api';
import { type Asked, readRequest } from '../../lib/api/read-request';
import { isStudioError } from '../../lib/errors';
import { type StudioServer, studioServer } from '../../lib/runner';

interface RouteContext {
  readonly params: Promise<Readonly<Record<string, string>>>;
}

interface Answered<R extends Route> {
  readonly json: AnswerOf<R>;
  // biome-ignore lint/suspicious/noConfusingVoidType: whoever answers nothing returns nothing
  readonly nothing: void;
  readonly file: Response;
  readonly text: Response;
  readonly stream: Response;
}

type Answer<R extends Route> = Answered<R>[(typeof contract)[R]['answer']];

type Handler<R extends Route> = (
  server: StudioServer,
  asked: Asked<R>,
  request: Request,
) => Answer<R> | Promise<Answer<R>>;

/** The handler of a route, which answers as the contract says: JSON, nothing, or a `Response` that is sent as it is. Errors become problems. */
export function route<R extends Route>(name: R, handle: Handler<R>) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    try {
      const asked = await readRequest(name, request, await context.params);
      const answer = await handle(await studioServer(), asked, request);
      if (answer instanceof Response) return answer;
      const { status } = contract[name];
      if (answer === undefined) return new Response(null, { status: 204 });
      return Response.json(answer, { status, headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      // nobody reads the answer
      if (request.signal.aborted) return new Response(null, { status: 499 });
      return errorResponse(error, new URL(request.url).pathname);
    }
  };
}

function errorResponse(error: unknown, instance: string): Response {
  const problem = isStudioError(error) ? problemOf(error, instance) : unexpected(error, instance);
  return new Response(JSON.stringify(problem), { status: problem.status, headers: problemHeaders(problem) });
}

function unexpected(error: unknown, instance: string): Problem {
  console.error(error);
  const message = 'Something went wrong inside Prefix Studio; the terminal of the server shows where.';
  return problemOf({ code: 'INTERNAL', message }, instance);
}
