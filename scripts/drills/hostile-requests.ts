import { describeRoutes, type RouteDescription } from '../../lib/api/contract';
import { hostileDesign } from './hostile-designs';
import { type Dictionary, fitting, nastyTexts, nastyValue, type Schema, spoiled } from './hostile-values';
import type { Random } from './random';
import {
  manyHeaders,
  strangeBodies,
  strangeEnds,
  strangeHeaders,
  strangeMethods,
  strangePieces,
} from './strange-parts';

/** A request as bytes, and what it was made of. */
export interface HostileRequest {
  readonly title: string;
  readonly bytes: Buffer;
  readonly isHead: boolean;
  /** it reaches the API, whatever its path looks like */
  readonly isForApi: boolean;
}

interface Parts {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
}

/** Makes requests that fit the contract, and spoils most of them in one or two places. */
export class HostileRequests {
  private readonly routes = describeRoutes();

  constructor(
    private readonly random: Random,
    private readonly words: Dictionary,
    private readonly host: string,
  ) {}

  next(index: number): HostileRequest {
    // every route gets its share
    const route = this.routes[index % this.routes.length] as RouteDescription;
    let parts = this.fitting(route);
    const spoils = this.random.isLucky(0.1) ? 0 : this.random.integer(1, 2);
    const done: string[] = [];
    for (let count = 0; count < spoils; count += 1) {
      const [name, spoil] = this.random.pick(this.spoilers);
      parts = { ...parts, ...spoil(parts) };
      done.push(name);
    }
    const title = `${route.method} ${route.path}${done.length === 0 ? '' : `: ${done.join(', ')}`}`;
    return { title, bytes: encode(parts), isHead: parts.method === 'HEAD', isForApi: isForApi(parts.path) };
  }

  private fitting({ method, path, params, query, body }: RouteDescription): Parts {
    const known = (fitting((params ?? {}) as Schema, this.random, this.words) ?? {}) as Record<string, unknown>;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(known[name] ?? 'x')));
    const asked = query === null ? {} : (fitting(query as Schema, this.random, this.words) as Record<string, unknown>);
    const search = Object.entries(asked).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${name}=${encodeURIComponent(String(one))}`),
    );
    const value = body === null ? null : fitting(body as Schema, this.random, this.words);
    return {
      method,
      path: search.length === 0 ? filled : `${filled}?${search.join('&')}`,
      headers: [
        ['Host', this.host],
        ['Connection', 'close'],
      ],
      body: body === null ? null : Buffer.from(JSON.stringify(value) ?? 'null'),
    };
  }

  private readonly spoilers: readonly (readonly [string, (parts: Parts) => Partial<Parts>])[] = [
    ['method', () => ({ method: this.random.pick(strangeMethods) })],
    ['path', ({ path }) => ({ path: spoiledPath(path, this.random) })],
    ['path', ({ path }) => ({ path: path + this.random.pick(strangeEnds) })],
    ['query', ({ path }) => ({ path: `${path}${path.includes('?') ? '&' : '?'}${this.hostilePair()}` })],
    [
      'repeated query',
      ({ path }) => ({ path: `${path}${path.includes('?') ? '&' : '?'}limit=1&limit=2&path=/&path=/` }),
    ],
    ['body value', ({ body }) => ({ body: this.spoiledBody(body) })],
    ['body value', ({ body }) => ({ body: this.spoiledBody(body) })],
    ['body value', ({ body }) => ({ body: this.spoiledBody(body) })],
    ['design', () => ({ body: Buffer.from(JSON.stringify({ text: hostileDesign(this.random) })) })],
    ['design', () => ({ body: Buffer.from(JSON.stringify({ text: hostileDesign(this.random) })) })],
    ['body bytes', () => ({ body: this.random.pick(strangeBodies)() })],
    ['header', ({ headers }) => ({ headers: this.withStrangeHeader(headers) })],
    ['header', ({ headers }) => ({ headers: this.withStrangeHeader(headers) })],
    ['many headers', ({ headers }) => ({ headers: [...headers, ...manyHeaders] })],
  ];

  private withStrangeHeader(headers: Parts['headers']): Parts['headers'] {
    const [name, values] = this.random.pick(strangeHeaders);
    const value = this.random.pick(values).replaceAll('HOST', this.host);
    // a second Host is hostile as well
    const others = this.random.isLucky(0.5) ? headers.filter(([known]) => known !== name) : headers;
    return [...others, [name, value]];
  }

  private spoiledBody(body: Buffer | null): Buffer {
    const value: unknown = body === null ? {} : parseOr(body.toString('utf8'));
    try {
      return Buffer.from(JSON.stringify(spoiled(value, this.random)) ?? '');
    } catch (error) {
      // it was spoiled before, and is now deeper than can be written: hostile as it is
      if (error instanceof RangeError && body !== null) return body;
      throw error;
    }
  }

  private hostilePair(): string {
    const name = this.random.pick([
      'limit',
      'path',
      'q',
      'root',
      'after',
      'tail',
      'run',
      'log',
      'lists',
      'unknown',
      '__proto__',
      '',
    ]);
    const value = this.random.isLucky(0.7)
      ? this.random.pick(nastyTexts)
      : String(nastyValue(this.random)).slice(0, 5000);
    return this.random.isLucky(0.8) ? `${name}=${encodeText(value)}` : `${name}=%F0%28%8C`;
  }
}

/** A path is read as browsers do: `/api/../x` is none of the API's. */
function isForApi(path: string): boolean {
  const base = 'http://studio';
  return URL.canParse(path, base) && new URL(path, base).pathname.startsWith('/api/');
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Like encodeURIComponent, but lone surrogates are sent as the bytes that they would be. */
function encodeText(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function spoiledPath(path: string, random: Random): string {
  const [bare = '', search] = path.split('?');
  const pieces = bare.split('/');
  const text = encodeText(random.pick(nastyTexts).slice(0, 4000));
  pieces[random.integer(1, pieces.length - 1)] = random.isLucky(0.5) ? text : random.pick(strangePieces);
  return pieces.join('/') + (search === undefined ? '' : `?${search}`);
}

function encode({ method, path, headers, body }: Parts): Buffer {
  const all = [...headers];
  const has = (name: string): boolean => all.some(([known]) => known.toLowerCase() === name);
  if (body !== null && !has('content-type')) all.push(['Content-Type', 'application/json']);
  if (body !== null && !has('content-length') && !has('transfer-encoding'))
    all.push(['Content-Length', `${body.length}`]);
  const lines = [`${method} ${path} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body ?? Buffer.alloc(0)]);
}
