import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError, type ApiErrorCode } from '../../api';
import { hostName, isLoopbackName } from './loopback';
import { clip } from './request-rules';

/** What the guard decides about a request before anything else sees it. */
export type Verdict =
  | { readonly kind: 'allow' }
  /** the token came in the address: keep it as a cookie and forget the address */
  | { readonly kind: 'keep-token'; readonly location: string }
  | {
      readonly kind: 'refuse';
      readonly error: ApiError /** a token was given, and it was not the right one */;
      readonly isGuess: boolean;
    };

export interface GuardOptions {
  /** null: bound to loopback, no token wanted */
  readonly token: string | null;
  /** the name that it was told to listen on; one of this machine's own */
  readonly host?: string;
}

export const cookieName = 'prefix-studio-token';

type Asked = Pick<IncomingMessage, 'headers' | 'url' | 'method'>;

/** Places in a page of another, where a click could be led. */
const embedded = new Set(['iframe', 'frame', 'embed', 'object', 'fencedframe']);

/**
 * Refuses what a foreign page in the user's browser could send: another name for this machine (DNS rebinding), another
 * origin, another port of this machine, an embedding. Reachable from other machines, it wants the token as well.
 */
export function judgeRequest(request: Asked, options: GuardOptions): Verdict {
  const { host, origin, 'sec-fetch-dest': destination } = request.headers;
  const name = hostName(host ?? '');
  if (name === null || (options.token === null && !isLoopbackName(name) && name !== options.host?.toLowerCase())) {
    return refuse(
      'FOREIGN_HOST',
      `The server was called by the name \`${clip(host ?? '')}\`, which is not its own.`,
      'Open it as http://127.0.0.1 or http://localhost with its port; to reach it from elsewhere start it with --host.',
    );
  }
  if (origin !== undefined && !isOwnOrigin(origin, host ?? '')) {
    return refuse('FOREIGN_ORIGIN', `A page of \`${clip(origin)}\` is not allowed to talk to this server.`, ownTab);
  }
  if (embedded.has(String(destination)))
    return refuse('FOREIGN_ORIGIN', 'This server cannot be shown inside another page.', ownTab);
  if (isFromElsewhere(request) && !isVisit(request)) {
    return refuse('FOREIGN_ORIGIN', 'A page of another site or port is not allowed to use this server.', ownTab);
  }
  return options.token === null ? { kind: 'allow' } : judgeToken(request, options.token);
}

const ownTab = 'Open Prefix Studio in a tab of its own.';

/** The port is no part of a site, so `same-site` is any other server on this machine. */
const isFromElsewhere = ({ headers }: Asked): boolean =>
  headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site';

/** A link that a person follows: to a page, in a tab. */
function isVisit({ method, headers, url = '' }: Asked): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination = 'document' } = headers;
  return method === 'GET' && mode === 'navigate' && destination === 'document' && !/^\/api(?:[/?]|$)/.test(url);
}

function judgeToken(request: Asked, token: string): Verdict {
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
  const query = new URLSearchParams(search);
  const given = query.get('token');
  if (given !== null && request.method === 'GET' && isSame(given, token)) {
    query.delete('token');
    const rest = query.toString();
    return { kind: 'keep-token', location: rest === '' ? path : `${path}?${rest}` };
  }
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1];
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const candidates = [given, cookie, bearer].filter((candidate) => candidate !== null && candidate !== undefined);
  if ([cookie, bearer].some((candidate) => candidate !== undefined && isSame(candidate, token)))
    return { kind: 'allow' };
  return refuse(
    'UNAUTHORIZED',
    'This server is reachable from other machines and requires its token.',
    'Open the address with the token that it printed when it started.',
    candidates.length > 0,
  );
}

function isOwnOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function refuse(code: ApiErrorCode, message: string, hint: string, isGuess = false): Verdict {
  return { kind: 'refuse', error: new ApiError(code, message, { hint }), isGuess };
}
