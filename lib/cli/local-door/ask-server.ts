import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type AnswerOf, addressOf, methodOf, type SentArgument } from '../../api/address';
import type { Route } from '../../api/contract';
import { ApiError } from '../../api/errors';
import { type FieldError, isProblem, type Problem } from '../../api/problem';
import type { StreamMessage } from '../../api/stream';
import { StudioError } from '../../errors';
import { settingsStamp } from './settings-stamp';
import { socketOf, stampHeader } from './socket';

/** An error that the server told. */
class ToldError extends StudioError {
  readonly errors: readonly FieldError[];

  constructor({ code, detail, hint, details = {}, errors = [] }: Problem) {
    super(code, detail, { details, ...(hint !== undefined && { hint }) });
    this.errors = errors;
  }
}

/** Asks the server that runs on a data folder, if there is one, as a command of the same user. */
export class LocalServer {
  private readonly stamp = settingsStamp();

  constructor(private readonly home: string) {}

  /** Null: nobody answers there, or would answer otherwise. Throws what the server says is wrong. */
  async ask<R extends Route>(route: R, ...[sent]: SentArgument<R>): Promise<{ readonly value: AnswerOf<R> } | null> {
    const { body }: { readonly body?: unknown } = sent ?? {};
    const text = body === undefined ? null : JSON.stringify(body);
    const address = addressOf(route, ...([sent] as SentArgument<R>));
    const answer = await this.send(methodOf(route), address, text);
    if (answer === null) return null;
    const { statusCode = 0 } = answer;
    const said = await textOf(answer);
    if (statusCode < 400) return { value: (statusCode === 204 ? undefined : JSON.parse(said)) as AnswerOf<R> };
    const problem: unknown = JSON.parse(said);
    if (!isProblem(problem) || elsewhere.has(problem.code)) return null;
    throw new ToldError(problem);
  }

  /** Hears what happens until `signal`; ends silently where nobody tells. */
  async listen(hear: (message: StreamMessage) => void, signal: AbortSignal): Promise<void> {
    const stream = await this.send('GET', addressOf('GET /api/events', { query: { lists: '1' } }), null, signal);
    let rest = '';
    try {
      for await (const piece of stream?.setEncoding('utf8') ?? []) {
        const frames = (rest + String(piece)).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          const data = /^data: (.*)$/m.exec(frame)?.[1];
          if (data !== undefined) hear(JSON.parse(data) as StreamMessage);
        }
      }
    } catch {
      // it was only watched
    }
  }

  private send(
    method: string,
    path: string,
    body: string | null,
    signal?: AbortSignal,
  ): Promise<IncomingMessage | null> {
    const socketPath = socketOf(this.home);
    if (socketPath === null) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const headers = {
        host: 'localhost',
        [stampHeader]: this.stamp,
        ...(body !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const asked: ClientRequest = request({ socketPath, method, path, headers, signal });
      let isConnected = false;
      asked.once('socket', (socket) => socket.once('connect', () => (isConnected = true)));
      asked.once('response', resolve);
      // what was never asked can be answered here; a question too, but not a change that may have been made
      asked.once('error', (error) => (isConnected && method !== 'GET' ? reject(wentAway(error)) : resolve(null)));
      asked.end(body ?? undefined);
    });
  }
}

/** The server cannot, or would say something else: the command answers by itself. */
const elsewhere = new Set(['SETTINGS_DIFFER', 'STARTING', 'REBUILT', 'ROUTE_UNKNOWN', 'METHOD_NOT_ALLOWED']);

const wentAway = (cause: Error): StudioError =>
  new ApiError('SERVER_AWAY', 'The server of this data folder ended before it had answered.', {
    hint: 'Try again; without the server the command answers by itself.',
    cause,
  });

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += String(piece);
  return text;
}
