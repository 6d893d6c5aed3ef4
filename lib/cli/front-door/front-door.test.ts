import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeRoutes } from '../../api';
import { takeAccessToken } from './access-token';
import { openFrontDoor } from './front-door';
import { GuessBrake } from './guess-brake';
import { cookieName } from './request-guard';

/** Stands for Next: tells what came through. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.end(JSON.stringify({ url: request.url, headers: request.headers }));
}

let server: Server;
let port: number;

beforeAll(async () => {
  server = openFrontDoor({ token: null, host: '127.0.0.1' }, () => echo);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Sends bytes as they are and reads until the server closes. */
function raw(text: string, to = port): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      const [first = '', ...lines] = head.split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: */, '')]),
      );
      resolve({ status: Number(first.split(' ')[1]), headers, body: rest.join('\r\n\r\n') });
    });
    socket.write(text);
  });
}

const own = (first: string, ...headers: string[]): string =>
  `${[first, `Host: 127.0.0.1:${port}`, 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

const get = (path: string, ...headers: string[]): Promise<Answer> => raw(own(`GET ${path} HTTP/1.1`, ...headers));

const secured = [
  'x-content-type-options',
  'content-security-policy',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
];

/** Requests of which nothing may reach Next. */
const refused: readonly (readonly [string, () => string, number, string])[] = [
  ['a route that is not there', () => own('GET /api/nothing HTTP/1.1'), 404, 'ROUTE_UNKNOWN'],
  ['the root of the API', () => own('GET /api HTTP/1.1'), 404, 'ROUTE_UNKNOWN'],
  ['a slash too many', () => own('GET /api/health/ HTTP/1.1'), 404, 'ROUTE_UNKNOWN'],
  ['a piece that goes away', () => own('POST /api/trees/./read HTTP/1.1'), 404, 'ROUTE_UNKNOWN'],
  ['a piece that leads back', () => own('GET /api/runs/%2e%2e/events HTTP/1.1'), 404, 'ROUTE_UNKNOWN'],
  ['a wrong method', () => own('DELETE /api/health HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['PATCH', () => own('PATCH /api/prefixes/demo HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['TRACE', () => own('TRACE / HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['CONNECT', () => own('CONNECT example.com:443 HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['a POST to a page', () => own('POST / HTTP/1.1', 'Next-Action: x', 'Content-Length: 0'), 405, 'METHOD_NOT_ALLOWED'],
  ['a method that nobody knows', () => own('HACK / HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['one in small letters', () => own('get /api/health HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['one for no route', () => own('HACK /api/nothing HTTP/1.1'), 404, 'ROUTE_UNKNOWN'],
  ['a broken escape', () => own('GET /api/runs/% HTTP/1.1'), 400, 'URL_INVALID'],
  ['an escape that is no UTF-8', () => own('GET /api/prefixes/%F0 HTTP/1.1'), 400, 'URL_INVALID'],
  ['a broken escape in a query', () => own('GET /api/runs?prefix=%E0%A4 HTTP/1.1'), 400, 'URL_INVALID'],
  ['a thousand parameters', () => own(`GET /api/runs?${'a&'.repeat(1000)} HTTP/1.1`), 400, 'URL_INVALID'],
  ['as many for a page', () => own(`GET /?${'a&'.repeat(1000)} HTTP/1.1`), 400, 'URL_INVALID'],
  ['NUL in a page', () => own('GET /p/%00 HTTP/1.1'), 400, 'URL_INVALID'],
  ['another server', () => own('GET http://example.com/ HTTP/1.1'), 400, 'URL_INVALID'],
  ['two slashes', () => own('GET //example.com/ HTTP/1.1'), 400, 'URL_INVALID'],
  ['a backslash', () => own('GET /\\example.com HTTP/1.1'), 400, 'URL_INVALID'],
  ['a long address', () => own(`GET /api/runs?prefix=${'x'.repeat(9_000)} HTTP/1.1`), 414, 'URL_TOO_LONG'],
  ['an address without an end', () => `GET /${'x'.repeat(40_000)}`, 414, 'URL_TOO_LONG'],
  ['an address longer than all headers', () => own(`GET /${'x'.repeat(17_000)} HTTP/1.1`), 414, 'URL_TOO_LONG'],
  ['a large header', () => own('GET / HTTP/1.1', `X: ${'x'.repeat(20_000)}`), 431, 'HEADERS_TOO_LARGE'],
  [
    'many headers',
    () => own('GET / HTTP/1.1', ...Array.from({ length: 300 }, (_, i) => `X-${i}: y`)),
    431,
    'HEADERS_TOO_LARGE',
  ],
  ['no host', () => 'GET / HTTP/1.0\r\n\r\n', 403, 'FOREIGN_HOST'],
  ['two hosts', () => own('GET / HTTP/1.1', 'Host: localhost'), 400, 'REQUEST_INVALID'],
  ['no HTTP', () => 'hello\r\n\r\n', 400, 'REQUEST_INVALID'],
  [
    'lengths that differ',
    () => own('POST /api/check HTTP/1.1', 'Content-Length: 5', 'Content-Length: 6'),
    400,
    'REQUEST_INVALID',
  ],
  [
    'length and chunks',
    () => own('POST /api/check HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    400,
    'REQUEST_INVALID',
  ],
  [
    'a chunk that is none',
    () => `${own('POST /api/check HTTP/1.1', 'Transfer-Encoding: nonsense')}x`,
    400,
    'REQUEST_INVALID',
  ],
  ['an announced giant', () => own('POST /api/check HTTP/1.1', 'Content-Length: 99999999999'), 413, 'BODY_TOO_LARGE'],
  ['a GET with a body', () => `${own('GET /api/runs HTTP/1.1', 'Content-Length: 2')}{}`, 400, 'REQUEST_INVALID'],
  ['a promise', () => own('GET / HTTP/1.1', 'Expect: miracles'), 417, 'EXPECTATION_UNKNOWN'],
  [
    'a page in a frame',
    () => own('GET / HTTP/1.1', 'Sec-Fetch-Dest: iframe', 'Sec-Fetch-Site: same-origin'),
    403,
    'FOREIGN_ORIGIN',
  ],
];

/** A request after which the connection stays. */
const first = 'OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('the front door', () => {
  it.each(refused)('refuses %s', async (_, text, status, code) => {
    const answer = await raw(text());
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({
      status,
      code,
      type: expect.stringMatching(/^urn:/),
      title: expect.any(String),
    });
    for (const name of secured) expect(answer.headers[name], name).toBeTruthy();
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  it.each([
    ['a method that nobody knows', () => own('FOO /api/health?x=1 HTTP/1.1'), '/api/health', 'GET, HEAD, OPTIONS'],
    ['one behind another request', () => `${first}FOO /p/x HTTP/1.1\r\n\r\n`, '/p/x', 'GET, HEAD, OPTIONS'],
    ['a header that is none', () => own('GET /api/runs HTTP/1.1', 'a b: c'), '/api/runs', undefined],
    ['one behind another request, too', () => `${first}GET /p/y HTTP/1.1\r\na b\r\n\r\n`, '/p/y', undefined],
    ['a later HTTP', () => 'GET /p/z HTTP/9.9\r\n\r\n', '/p/z', undefined],
    ['CONNECT', () => own('CONNECT example.com:443 HTTP/1.1'), 'example.com:443', 'GET, HEAD, OPTIONS'],
    ['no HTTP', () => 'hello\r\n\r\n', '', undefined],
  ])('says what was asked for, although Node gave up on it: %s', async (_, text, instance, allow) => {
    const { body } = await raw(text());
    const problem = body.slice(body.indexOf('{"type"'));
    expect(JSON.parse(problem)).toMatchObject({ instance });
    if (allow !== undefined && !text().startsWith('GET')) expect((await raw(text())).headers.allow).toBe(allow);
  });

  it('passes over the offer of another protocol, also when something behind it listens for one', async () => {
    server.on('upgrade', (_request: IncomingMessage, socket: { destroy(): void }) => socket.destroy());
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    for (const protocol of ['websocket', 'h2c']) {
      const offer = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade, close\r\nUpgrade: ${protocol}\r\n\r\n`;
      expect((await raw(offer)).status).toBe(200);
    }
  });

  it('tells the methods of every route, and takes no other', async () => {
    for (const path of new Set(describeRoutes().map((route) => route.path.replace(/\{\w+\}/, 'x')))) {
      const { status, headers } = await raw(own(`OPTIONS ${path} HTTP/1.1`));
      expect(status).toBe(204);
      const allowed = (headers.allow ?? '').split(', ');
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
        const answer = await raw(own(`${method} ${path} HTTP/1.1`));
        expect(answer.status, `${method} ${path}`).toBe(allowed.includes(method) ? 200 : 405);
      }
    }
  });

  it('leads from an address with broken escapes to the page that says that nothing is there', async () => {
    const { status, headers } = await get('/p/%F0');
    expect([status, headers.location]).toEqual([303, '/404']);
  });

  it.each(['GET', 'HEAD'])('tells the length that a route gives, to %s', async (method) => {
    const sized = openFrontDoor({ token: null, host: '127.0.0.1' }, () => async (_, response) => {
      response.setHeader('x-prefix-studio-length', '5');
      if (method === 'GET') response.write('12');
      response.end(method === 'GET' ? '345' : undefined);
    });
    await new Promise<void>((done) => sized.listen(0, '127.0.0.1', done));
    const { port: at } = sized.address() as AddressInfo;
    const { headers, body } = await raw(
      [`${method} /api/health HTTP/1.1`, `Host: 127.0.0.1:${at}`, 'Connection: close', '', ''].join('\r\n'),
      at,
    );
    expect(headers['content-length']).toBe('5');
    expect(headers).not.toHaveProperty('x-prefix-studio-length');
    expect(body).toBe(method === 'GET' ? '12345' : '');
    sized.close();
  });

  it('answers HEAD of a page as GET, without rendering it', async () => {
    let rendered = 0;
    const counting = openFrontDoor(
      { token: null, host: '127.0.0.1' },
      () => (request, response) => {
        rendered += 1;
        return echo(request, response);
      },
      async (path) => ({ '/p/gone': 404, '/p/away': 503 })[path] ?? 200,
    );
    await new Promise<void>((done) => counting.listen(0, '127.0.0.1', done));
    const { port: at } = counting.address() as AddressInfo;
    const head = (path: string): Promise<Answer> =>
      raw([`HEAD ${path} HTTP/1.1`, `Host: 127.0.0.1:${at}`, 'Connection: close', '', ''].join('\r\n'), at);
    for (const [path, status] of [
      ['/', 200],
      ['/p/demo/graph?tab=1', 200],
      ['/p/gone', 404],
      ['/p/away', 503],
    ] as const) {
      const answer = await head(path);
      expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([
        status,
        'text/html; charset=utf-8',
        '',
      ]);
      for (const name of secured) expect(answer.headers[name], name).toBeTruthy();
    }
    expect(rendered).toBe(0);
    await head('/icon.svg');
    expect(rendered).toBe(1);
    counting.close();
  });

  it('gives each page a nonce of its own, in the policy and to Next, whatever the request says', async () => {
    const forged = "Content-Security-Policy: script-src 'nonce-forged'";
    const answers = [await get('/', forged), await get('/', forged)];
    const nonces = answers.map(({ headers }) => /'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '')?.[1]);
    expect(new Set(nonces).size).toBe(2);
    for (const [i, { body, headers }] of answers.entries()) {
      expect(body).toContain(nonces[i]);
      expect(body).not.toContain('forged');
      expect(/script-src([^;]*)/.exec(headers['content-security-policy'] ?? '')?.[1]).not.toContain('unsafe');
    }
  });

  it('passes on no header by which Next talks to itself', async () => {
    const { body } = await get(
      '/',
      'X-Middleware-Subrequest: x',
      'X-Forwarded-Host: evil',
      'Next-Router-State-Tree: nonsense',
      'Next-Action: 1',
    );
    const { headers } = JSON.parse(body) as { headers: object };
    expect(Object.keys(headers).filter((name) => /^(x-|next-)/.test(name))).toEqual([]);
    const state = encodeURIComponent(
      JSON.stringify(['', { children: [['name', 'demo', 'd', null], {}, null, 'refetch'] }]),
    );
    expect((await get('/', `Next-Router-State-Tree: ${state}`)).body).toContain('next-router-state-tree');
  });
});

describe('a route of the API', () => {
  const ofPages = ['RSC', 'Next-Url', 'Next-Router-Prefetch', 'Next-Router-Segment-Prefetch', 'Next-HMR-Refresh'];

  it('gets no header by which a page is asked for in pieces', async () => {
    const lines = [...ofPages, 'Next-Action'].map((name) => `${name}: 1`);
    const { body } = await get('/api/health', ...lines, 'Next-Router-State-Tree: %5B%22%22%2C%7B%7D%5D');
    const { headers } = JSON.parse(body) as { headers: object };
    expect(Object.keys(headers).filter((name) => /^(rsc$|next-)/.test(name))).toEqual([]);
    expect((await get('/', 'RSC: 1')).body).toContain('rsc');
  });

  it.each(['__proto__', '%5F_proto__'])('has no parameter `%s`', async (name) => {
    const { status, body } = await get(`/api/prefixes?${name}=1`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field: '__proto__' }] });
  });
});

describe('a front door that others can reach', () => {
  it('lets who has the token in while more connections than it holds send half a request', async () => {
    const guarded = openFrontDoor({ token: 'k'.repeat(20) }, () => echo);
    await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
    const { port: at } = guarded.address() as AddressInfo;
    const slow = Array.from({ length: 560 }, () => connect(at, '127.0.0.1').on('error', () => undefined));
    const firstEnds = new Promise<void>((resolve) => slow[0]?.on('close', () => resolve()));
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nx: ');
    await firstEnds;
    const token = `Authorization: Bearer ${'k'.repeat(20)}`;
    const asked = ['GET /api/health HTTP/1.1', 'Host: studio.example', 'Connection: close', token, '', ''].join('\r\n');
    for (let i = 0; i < 5; i += 1) expect((await raw(asked, at)).status).toBe(200);
    for (const socket of slow) socket.destroy();
    guarded.closeAllConnections();
    guarded.close();
  });

  it('keeps the token as a cookie that scripts and other sites do not get', async () => {
    const guarded = openFrontDoor({ token: 'k'.repeat(20) }, () => echo);
    await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
    const { port: at } = guarded.address() as AddressInfo;
    const ask = (path: string, ...more: string[]): Promise<Answer> =>
      raw([`GET ${path} HTTP/1.1`, 'Host: studio.example', 'Connection: close', ...more, '', ''].join('\r\n'), at);
    const { status, headers } = await ask(`/p/x?token=${'k'.repeat(20)}&tab=1`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/p/x?tab=1');
    expect(headers['set-cookie']).toBe(`${cookieName}=${'k'.repeat(20)}; Path=/; HttpOnly; SameSite=Strict`);
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/', 'Authorization: Bearer ')).status).toBe(401);
    expect((await ask('/', `Cookie: ${cookieName}=${'k'.repeat(20)}`)).status).toBe(200);
    guarded.close();
  });

  it('answers a stream of guesses one after the other, and looks at no more than it holds', async () => {
    const releases: (() => void)[] = [];
    const brake = new GuessBrake(() => new Promise<void>((resolve) => releases.push(resolve)));
    const held = Array.from({ length: 16 }, () => brake.hold('a'));
    expect([brake.isHeld('a'), brake.isHeld('b')]).toEqual([true, false]);
    for (const release of releases) release();
    await Promise.all(held);
    expect(brake.isHeld('a')).toBe(false);
  });

  it.each([
    ['', /empty/],
    ['a b', /letters, digits/],
    ['a;b', /letters, digits/],
  ])('does not start with the token `%s`', (token, message) => {
    expect(() => takeAccessToken({ NODE_ENV: 'test', PREFIX_STUDIO_TOKEN: token })).toThrow(message);
  });

  it('takes the token out of the environment, warns of a short one, makes a long one itself', () => {
    const environment: NodeJS.ProcessEnv = { NODE_ENV: 'test', PREFIX_STUDIO_TOKEN: 'short' };
    expect(takeAccessToken(environment)).toMatchObject({
      token: 'short',
      warning: expect.stringContaining('5 characters'),
    });
    expect(environment).not.toHaveProperty('PREFIX_STUDIO_TOKEN');
    expect(takeAccessToken(environment).token.length).toBeGreaterThan(30);
  });
});
