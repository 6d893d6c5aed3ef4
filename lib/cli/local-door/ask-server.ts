import { lstatSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { type AnswerOf, addressOf, methodOf, type SentArgument } from '../../api/address';
import type { Route } from '../../api/contract';
import { ApiError } from '../../api/errors';
import { type FieldError, isProblem, type Problem } from '../../api/problem';
import { isQuestion } from '../../api/question';
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

/** A server that works says at once that it goes on; one that is stopped says nothing. */
const patienceMs = 3_000;

/** Asks the server that runs on a data folder, if there is one, as a command of the same user. */
export class LocalServer {
  private readonly stamp = settingsStamp();

  constructor(
    private readonly home: string,
    private readonly patience = patienceMs,
  ) {}

  /**
   * Null: nobody answers there, or would answer otherwise. Throws what the server says is wrong, and SERVER_AWAY when it did not
   * say whether it made a change.
   */
  async ask<R extends Route>(route: R, ...[sent]: SentArgument<R>): Promise<{ readonly value: AnswerOf<R> } | null> {
    const { body }: { readonly body?: unknown } = sent ?? {};
    const text = body === undefined ? null : JSON.stringify(body);
    const address = addressOf(route, ...([sent] as SentArgument<R>));
    const said = await this.answerTo(methodOf(route), address, text).catch((error: Error) => {
      if (isQuestion(route)) return null;
      throw wentAway(error);
    });
    if (said === null) return null;
    if (said.status < 400) return { value: said.value as AnswerOf<R> };
    if (!isProblem(said.value) || elsewhere.has(said.value.code)) return null;
    throw new ToldError(said.value);
  }

  /** Hears what happens until `signal`; ends silently where nobody tells. */
  async listen(hear: (message: StreamMessage) => void, signal: AbortSignal): Promise<void> {
    let rest = '';
    try {
      const stream = await this.send('GET', addressOf('GET /api/events', { query: { lists: '1' } }), null, signal);
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

  private async answerTo(
    method: string,
    path: string,
    body: string | null,
  ): Promise<{ readonly status: number; readonly value: unknown } | null> {
    const answer = await this.send(method, path, body);
    if (answer === null) return null;
    const { statusCode = 0 } = answer;
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) text += String(piece);
    return { status: statusCode, value: statusCode === 204 ? undefined : (JSON.parse(text) as unknown) };
  }

  /** Null: nothing was sent. Rejects when the answer does not come. */
  private send(
    method: string,
    path: string,
    body: string | null,
    signal?: AbortSignal,
  ): Promise<IncomingMessage | null> {
    const socketPath = ownSocket(this.home);
    if (socketPath === null) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const headers = {
        host: 'localhost',
        expect: '100-continue',
        [stampHeader]: this.stamp,
        ...(body !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const asked = request({ socketPath, method, path, headers, signal });
      let isConnected = false;
      const silence = setTimeout(() => asked.destroy(new Error('it is silent')), this.patience);
      const hear = (): void => clearTimeout(silence);
      asked.once('socket', (socket) => socket.once('connect', () => (isConnected = true)));
      asked.once('continue', () => {
        hear();
        if (body !== null) asked.end(body);
      });
      asked.once('response', (response) => {
        hear();
        resolve(response);
      });
      asked.once('error', (error) => {
        hear();
        if (isConnected) reject(error);
        else resolve(null);
      });
      if (body === null) asked.end();
      else asked.flushHeaders();
    });
  }
}

/** The socket of this user's own server; another user who listens there is not believed. */
function ownSocket(home: string): string | null {
  const path = socketOf(home);
  const found = path === null ? undefined : lstatSync(path, { throwIfNoEntry: false });
  return found?.isSocket() && found.uid === process.getuid?.() ? path : null;
}

/** The server cannot, or would say something else: the command answers by itself. */
const elsewhere = new Set(['SETTINGS_DIFFER', 'STARTING', 'REBUILT', 'ROUTE_UNKNOWN', 'METHOD_NOT_ALLOWED']);

const wentAway = (cause: Error): ApiError =>
  new ApiError('SERVER_AWAY', 'The server of this data folder did not say whether it did this.', {
    hint: 'See whether it was done, and whether that server still runs; PREFIX_STUDIO_ALONE=1 has the command do it without the server.',
    cause,
  });
