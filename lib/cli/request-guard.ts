import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What the guard decides about a request before anything else sees it. */
export type Verdict =
  | { readonly kind: 'allow' }
  /** the token came in the address: keep it as a cookie and forget the address */
  | { readonly kind: 'keep-token'; readonly location: string }
  | {
      readonly kind: 'refuse';
      readonly status: 401 | 403;
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    };

export interface GuardOptions {
  /** null: bound to loopback, no token wanted */
  readonly token: string | null;
}

export const cookieName = 'prefix-studio-token';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Is this an address that only this machine can reach? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses what a foreign page in the user's browser could send: another name for this machine (DNS rebinding), another
 * origin, an embedding from another site. Reachable from other machines, it wants the token as well.
 */
export function judgeRequest(
  request: Pick<IncomingMessage, 'headers' | 'url' | 'method'>,
  options: GuardOptions,
): Verdict {
  const { host, origin } = request.headers;
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  if (name === undefined || (options.token === null && !loopbackNames.has(name))) {
    return refuse(
      'FOREIGN_HOST',
      `The server was called by the name \`${clip(host ?? '')}\`, which is not its own.`,
      'Open it as http://127.0.0.1 or http://localhost with its port; to reach it from elsewhere start it with --host.',
    );
  }
  if (origin !== undefined && !isOwnOrigin(origin, host ?? '')) {
    return refuse(
      'FOREIGN_ORIGIN',
      `A page of \`${clip(origin)}\` may not talk to this server.`,
      'Open Prefix Studio in a tab of its own.',
    );
  }
  if (request.headers['sec-fetch-site'] === 'cross-site' && !isNavigation(request)) {
    return refuse(
      'FOREIGN_ORIGIN',
      'Another site may not embed this server.',
      'Open Prefix Studio in a tab of its own.',
    );
  }
  return options.token === null ? { kind: 'allow' } : judgeToken(request, options.token);
}

function judgeToken(request: Pick<IncomingMessage, 'headers' | 'url' | 'method'>, token: string): Verdict {
  const address = new URL(request.url ?? '/', 'http://studio');
  const given = address.searchParams.get('token');
  if (given !== null && request.method === 'GET' && isSame(given, token)) {
    address.searchParams.delete('token');
    return { kind: 'keep-token', location: address.pathname + address.search };
  }
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1];
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if ([cookie, bearer].some((candidate) => candidate !== undefined && isSame(candidate, token)))
    return { kind: 'allow' };
  return {
    kind: 'refuse',
    status: 401,
    code: 'UNAUTHORIZED',
    message: 'This server is reachable from other machines and wants its token.',
    hint: 'Open the address with the token that it printed when it started.',
  };
}

function isOwnOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function isNavigation(request: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  return request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function refuse(code: string, message: string, hint: string): Verdict {
  return { kind: 'refuse', status: 403, code, message, hint };
}

const clip = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
