import type { IncomingMessage } from 'node:http';
import { ApiError, methodsAt } from '../../api';
import type { AnswerKind } from './security-headers';

const longestUrl = 8192;
/** A tab that follows 32 runs names some forty. Below us the time for them grows with the square of their number. */
const mostParameters = 64;
/** A browser sends some twenty. */
export const mostHeaders = 100;
const mostBodyBytes = 1024 * 1024;

/** What is to be done with a request that is well formed. */
export type Course =
  | { readonly kind: 'pass'; readonly as: AnswerKind }
  /** a page with an address that cannot be one */
  | { readonly kind: 'no-such-page' }
  /** OPTIONS */
  | { readonly kind: 'tell-methods'; readonly allow: string };

type Sent = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url' | 'method'>;

/** Decides by the first line and the headers alone. Throws `ApiError` for what is not understood. */
export function judgeShape(request: Sent): Course {
  checkHeaders(request);
  const { url = '', method = '' } = request;
  if (url === '*' && method === 'OPTIONS') return { kind: 'tell-methods', allow: 'GET, HEAD, OPTIONS' };
  const [path = ''] = url.split('?', 1);
  checkUrl(url, path);
  const isData = path === '/api' || path.startsWith('/api/');
  const decoded = decode(path);
  if (!isData && decoded === null) return { kind: 'no-such-page' };
  if (decoded === null) throw badUrl('an escape in it is broken');
  // `.` and `..` are taken away behind us, which would make it another route than the one that is judged here
  const isPlain = !decoded.split('/').some((piece) => piece === '.' || piece === '..');
  const known: readonly string[] | null = !isData ? ['GET'] : isPlain ? methodsAt(path) : null;
  if (!known) throw new ApiError('ROUTE_UNKNOWN', `There is no route \`${clip(path)}\`.`, { hint: seeContract });
  const allow = [...known, ...(known.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
  if (method === 'OPTIONS') return { kind: 'tell-methods', allow: allow.join(', ') };
  if (!allow.includes(method)) throw new MethodNotAllowed(method, path, allow);
  if (isData) {
    checkParameters(url.slice(path.length));
    checkBody(request, method);
  }
  return { kind: 'pass', as: isData ? 'data' : path.startsWith('/_next/static/') ? 'asset' : 'page' };
}

const seeContract = 'lib/api/README.md lists the routes and what each of them takes.';

export class MethodNotAllowed extends ApiError {
  readonly allow: string;

  constructor(method: string, path: string, allow: readonly string[]) {
    super('METHOD_NOT_ALLOWED', `\`${clip(path)}\` does not answer to \`${clip(method)}\`.`, {
      hint: `It answers to ${allow.join(', ')}.`,
    });
    this.allow = allow.join(', ');
  }
}

function checkHeaders({ headers, rawHeaders }: Sent): void {
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  if (names.length > mostHeaders) {
    throw new ApiError('HEADERS_TOO_LARGE', `The request has more than ${mostHeaders} headers.`);
  }
  if (names.filter((name) => name === 'host').length > 1) {
    throw new ApiError('REQUEST_INVALID', 'The request names two hosts.', {
      errors: [{ field: 'host', code: 'repeated', detail: 'The header `host` is given twice.' }],
    });
  }
  if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked') {
    throw new ApiError('REQUEST_INVALID', 'The body comes in a transfer encoding that is not `chunked`.');
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    throw unknownExpectation(headers.expect);
}

export const unknownExpectation = (expect: string): ApiError =>
  new ApiError('EXPECTATION_UNKNOWN', `The server cannot promise \`${clip(expect)}\`.`);

function checkUrl(url: string, path: string): void {
  if (url.length > longestUrl) {
    throw new ApiError('URL_TOO_LONG', `The address is longer than ${longestUrl} characters.`);
  }
  if (!path.startsWith('/') || path.startsWith('//')) throw badUrl('it is not a path of this server');
  if (/%00/.test(url)) throw badUrl('it holds a NUL');
  if (/[^\x21-\x7e]/.test(url) || path.includes('\\')) throw badUrl('a character in it is not escaped');
  const query = url.slice(path.length);
  if (query.split('&').length > mostParameters) throw badUrl(`its query has more than ${mostParameters} parameters`);
  if (decode(query.replaceAll('+', ' ')) === null) throw badUrl('an escape in its query is broken');
}

/** Behind us a query becomes an object, in which this name is lost; no route has a parameter of that name. */
function checkParameters(query: string): void {
  if (!new URLSearchParams(query).has('__proto__')) return;
  const detail = 'There is no parameter `__proto__`.';
  throw new ApiError('REQUEST_INVALID', detail, {
    hint: seeContract,
    errors: [{ field: '__proto__', code: 'unknown', detail }],
  });
}

function badUrl(why: string): ApiError {
  return new ApiError('URL_INVALID', `The address cannot be read: ${why}.`, {
    hint: 'Escape every character that is not a letter, digit or `-_.~` as UTF-8.',
  });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A body that is announced too long is refused before it is sent. */
function checkBody({ headers }: Sent, method: string): void {
  const length = Number(headers['content-length'] ?? 0);
  if (length > mostBodyBytes) {
    throw new ApiError('BODY_TOO_LARGE', `The body is larger than ${mostBodyBytes / 1024} KiB.`);
  }
  const hasBody = length > 0 || headers['transfer-encoding'] !== undefined;
  if (hasBody && (method === 'GET' || method === 'HEAD')) {
    throw new ApiError('REQUEST_INVALID', `A request by \`${method}\` has no body.`);
  }
}

export const clip = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
