import 'server-only';
import { ApiError, contract, type Problem, problemHeaders, problemOf, type Route, routeAt } from '../../lib/api';
import { readRequest } from '../../lib/api/read-request';
import { isStudioError } from '../../lib/errors';
import { type Answer, answer, type FileAnswer, loadService, type StreamAnswer } from '../../lib/service';
import { studioServer } from '../../lib/service/studio-server';
import { sendFile } from './send-file';
import { sendStream } from './send-stream';

// at the first request it would silence the server
await loadService();

/** Answers a request as the contract of its route says: JSON, nothing, a file, or a stream. Errors become problems. */
export async function respond(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const found = routeAt(request.method, pathname);
    if (!found) throw new ApiError('ROUTE_UNKNOWN', `There is no route \`${pathname}\`.`);
    const { route, params } = found;
    const asked = await readRequest(route, request, params);
    const here = await studioServer();
    const gone = new AbortController();
    const answered = await answer(route, here, asked, {
      signal: AbortSignal.any([request.signal, gone.signal, here.ending.signal]),
      wantsHeadersOnly: request.method === 'HEAD',
      lastEventId: request.headers.get('last-event-id'),
    });
    return send(route, answered, request, () => gone.abort());
  } catch (error) {
    // nobody reads the answer
    if (request.signal.aborted) return new Response(null, { status: 499 });
    return errorResponse(error, pathname);
  }
}

function send(route: Route, answered: Answer<Route>, request: Request, end: () => void): Response {
  const { answer: kind, status } = contract[route];
  if (kind === 'nothing') return new Response(null, { status });
  if (kind === 'json') return Response.json(answered, { status, headers: { 'cache-control': 'no-store' } });
  const sent = answered as FileAnswer | StreamAnswer;
  return 'path' in sent ? sendFile(sent, request) : sendStream(sent, end);
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
