import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, type Problem, problemHeaders, problemOf } from '../../api';
import { isStudioError } from '../../errors';
import type { Handler } from '../same-build';
import { shortestToken } from './access-token';
import { restoreLength } from './answer-length';
import { ConnectionRoom } from './connection-room';
import { GuessBrake } from './guess-brake';
import { answersHeadOfPage } from './head-of-page';
import { dropInternalHeaders } from './next-headers';
import { cookieName, type GuardOptions, judgeRequest } from './request-guard';
import { clip, judgeShape, MethodNotAllowed, mostHeaders, unknownExpectation } from './request-rules';
import { secure, securityHeaders } from './security-headers';

/** Who sends a request slowly does so for a limited time, on a connection that is closed when others want it. */
const limits = {
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  keepAliveMs: 10_000,
  lookEveryMs: 2_000,
  connections: 512,
  headerBytes: 16 * 1024,
};

/** The page that says "not found". Shown at the address with the broken escapes, its scripts would meet them again. */
const noSuchPage = '/404';

/**
 * The HTTP server: everything that a stranger sends passes here before Next sees it. It bounds time, size and number, refuses
 * what is not understood with a problem, and puts the security headers on every answer. `handler` is null while it starts;
 * `statusOfPage` says of a path whether there is anything to show: 200, 404, or 503 while what it would show is away.
 */
export function openFrontDoor(
  guard: GuardOptions,
  handler: () => Handler | null,
  statusOfPage: (path: string) => Promise<number> = () => Promise.resolve(200),
): Server {
  const brake = new GuessBrake();
  const room = new ConnectionRoom(limits.connections);
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.lookEveryMs,
    // answered here, with a problem
    requireHostHeader: false,
  };
  const server = createServer(options, (request, response) => {
    admit(request, response, { guard, brake, room, handler: handler(), statusOfPage }).catch((error: unknown) =>
      refuse(request, response, error),
    );
  });
  room.watch(server);
  // two more than are allowed, so that too many are seen as too many
  server.maxHeadersCount = mostHeaders + 2;
  // no other protocol is spoken here, so an offer of one is passed over (RFC 9110 7.8); who listens would get the bare socket
  server.on('newListener', (event) => {
    if (event === 'upgrade') setImmediate(() => server.removeAllListeners('upgrade'));
  });
  server.on('checkExpectation', (request, response) => {
    secure(request, response, 'data');
    refuse(request, response, unknownExpectation(request.headers.expect ?? ''));
  });
  server.on('connect', (request, socket) => {
    const url = request.url ?? '';
    endSocket(socket, new MethodNotAllowed('CONNECT', url, ['GET', 'HEAD', 'OPTIONS']), clip(url));
  });
  server.on('clientError', (error: ParserError, socket) => {
    const line = firstLineOf(error);
    endSocket(socket, malformed(error, line), line === null ? '' : clip(pathOf(line.url)));
  });
  return server;
}

interface House {
  readonly guard: GuardOptions;
  readonly brake: GuessBrake;
  readonly room: ConnectionRoom;
  readonly handler: Handler | null;
  readonly statusOfPage: (path: string) => Promise<number>;
}

async function admit(
  request: IncomingMessage,
  response: ServerResponse,
  { guard, brake, room, handler, statusOfPage }: House,
): Promise<void> {
  secure(request, response, 'data');
  const course = judgeShape(request);
  const address = request.socket.remoteAddress ?? '';
  const verdict = judgeRequest(request, guard);
  // nobody guesses a long token, so who has it need not wait for those who try; behind a proxy all have one address
  const isWaiting = guard.token !== null && (verdict.kind === 'refuse' || guard.token.length < shortestToken);
  if (isWaiting && brake.isHeld(address)) {
    throw new ApiError('TOO_MANY_ATTEMPTS', 'Too many wrong tokens came from this address.', {
      hint: 'Wait a moment.',
    });
  }
  if (verdict.kind === 'refuse') {
    if (verdict.isGuess) await brake.hold(address);
    throw verdict.error;
  }
  room.work(request.socket, response);
  if (verdict.kind === 'keep-token') {
    const cookie = `${cookieName}=${guard.token}; Path=/; HttpOnly; SameSite=Strict`;
    response.writeHead(303, { location: verdict.location, 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
    return;
  }
  if (course.kind === 'tell-methods') {
    response.writeHead(204, { allow: course.allow }).end();
    return;
  }
  if (!handler) throw new ApiError('STARTING', 'Prefix Studio is starting.', { hint: 'Try again in a few seconds.' });
  if (course.kind === 'no-such-page') {
    response.writeHead(303, { location: noSuchPage }).end();
    return;
  }
  const { as } = course;
  // Next has sent its 200 before the part of the page that knows is rendered
  if (as === 'page') await tellStatus(response, statusOfPage(request.url ?? ''));
  secure(request, response, as);
  if (answersHeadOfPage(request, response)) return;
  restoreLength(response);
  dropInternalHeaders(request, as);
  await handler(request, response);
}

/** The page is sent all the same: it says what is away, and goes on by itself when that is back. */
async function tellStatus(response: ServerResponse, asked: Promise<number>): Promise<void> {
  const status = await asked;
  response.statusCode = status;
  const { 'retry-after': seconds } = problemHeaders({ status });
  if (seconds !== undefined) response.setHeader('retry-after', seconds);
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const problem = tell(error, pathOf(request.url ?? ''));
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // what is left of the body is not waited for
  if (!request.complete) response.setHeader('connection', 'close');
  if (error instanceof MethodNotAllowed) response.setHeader('allow', error.allow);
  const body = `${JSON.stringify(problem)}\n`;
  response.writeHead(problem.status, { ...problemHeaders(problem), 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function tell(error: unknown, instance: string): Problem {
  if (isStudioError(error)) return problemOf(error, instance.slice(0, 200));
  console.error(error);
  const message = 'Something went wrong inside Prefix Studio; the terminal of the server shows where.';
  return problemOf({ code: 'INTERNAL', message }, instance);
}

type ParserError = NodeJS.ErrnoException & {
  /** what arrived last; may hold several requests, or the end of one */
  readonly rawPacket?: Buffer;
  /** where in it the parser stopped */
  readonly bytesParsed?: number;
};

interface FirstLine {
  readonly method: string;
  readonly url: string;
}

const firstLine = /^([\w!#$%&'*+.^`|~-]{1,100}) (\S{1,2000}) HTTP\/\d\.\d\r?$/;

/** Where in the packet the request begins that the parser gave up on. */
function beginOf({ rawPacket, bytesParsed = 0 }: ParserError): number {
  const before = rawPacket?.subarray(0, bytesParsed).lastIndexOf('\r\n\r\n') ?? -1;
  return before < 0 ? 0 : before + 4;
}

/** The first line of the request that the parser gave up on; null: it is none, or came in an earlier packet. */
function firstLineOf(error: ParserError): FirstLine | null {
  const { rawPacket } = error;
  if (rawPacket === undefined) return null;
  const from = beginOf(error);
  const end = rawPacket.indexOf('\n', from);
  const [, method, url] = firstLine.exec(rawPacket.toString('latin1', from, end < 0 ? undefined : end)) ?? [];
  return method === undefined || url === undefined ? null : { method, url };
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

/** What Node's parser gave up on, before there was a request. */
function malformed(error: ParserError, line: FirstLine | null): ApiError {
  const { code, rawPacket, bytesParsed } = error;
  if (code === 'HPE_INVALID_METHOD' && line !== null) return unknownMethod(line);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ApiError('REQUEST_TOO_SLOW', 'The request took too long to arrive.');
  if (code === 'HPE_HEADER_OVERFLOW') {
    // what comes behind the place where the parser stopped tells nothing
    const isFirstLine = rawPacket !== undefined && !rawPacket.subarray(beginOf(error), bytesParsed).includes('\n');
    return isFirstLine
      ? new ApiError('URL_TOO_LONG', 'The address is too long.')
      : new ApiError('HEADERS_TOO_LARGE', `The headers are larger than ${limits.headerBytes / 1024} KiB.`);
  }
  return new ApiError('REQUEST_INVALID', 'This is not HTTP that the server understands.', {
    details: { reason: code ?? '' },
  });
}

/** A method of which Node's parser has never heard is judged as one that it knows. */
function unknownMethod(line: FirstLine): ApiError {
  try {
    judgeShape({ ...line, headers: {}, rawHeaders: [] });
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  return new ApiError('REQUEST_INVALID', 'This is not HTTP that the server understands.');
}

/** Answers on a connection that has no request, and closes it. */
function endSocket(socket: Duplex, error: ApiError, instance: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error, instance);
  const body = `${JSON.stringify(problem)}\n`;
  const headers = {
    ...securityHeaders('data'),
    ...problemHeaders(problem),
    ...(error instanceof MethodNotAllowed && { allow: error.allow }),
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
