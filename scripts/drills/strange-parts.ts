/** Parts of requests that no honest client sends. */

export const strangeMethods: readonly string[] = [
  ...['TRACE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND', 'get', 'DELETE', 'PUT', 'CONNECT', 'POST', 'G\0T'],
  'M'.repeat(5000),
];

export const strangeEnds: readonly string[] = [
  ...['/', '//', '/..', '/%2e%2e', '/.%00', ';x', '%', '%F0', '%zz', '%c0%af', '.json', '/constructor', '#x'],
  `?${'a&'.repeat(3000)}`,
];

export const strangePieces: readonly string[] = [
  ...['..', '.', '', '%2e%2e', '%2F', '%5c..%5c', '%', '%zz', '%F0', '%C3%28'],
  'a'.repeat(3000),
];

/** HOST stands for the server's own name. */
export const strangeHeaders: readonly (readonly [string, readonly string[]])[] = [
  ['Content-Type', ['text/plain', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', 'x', '']],
  ['Content-Type', ['application/json;'.repeat(200), 'application/x-www-form-urlencoded']],
  ['Content-Encoding', ['gzip', 'br', 'x']],
  ['Content-Length', ['-1', '5', '99999999999999999999', '1e3', '0x10', ' ', '3, 4']],
  ['Transfer-Encoding', ['chunked', 'gzip, chunked', 'x', 'chunked, chunked']],
  ['Host', ['evil.example', '', 'localhost:99999', '127.0.0.1@evil', '[::1', 'a'.repeat(5000)]],
  ['Origin', ['https://evil.example', 'null', 'http://HOST', 'x', '\u00e4']],
  ['Sec-Fetch-Site', ['cross-site', 'x']],
  ['Last-Event-ID', ['-1', 'x:y', '999999999999999999999', '__proto__:1', ':', 'a:1;b:2;'.repeat(500)]],
  [
    'Range',
    ['bytes=0-0', 'bytes=-1', 'bytes=5-1', 'bytes=0-99999999999999', `bytes=${'0-0,'.repeat(500)}0-0`, 'x=1-2'],
  ],
  ['Cookie', ['prefix-studio-token=', 'prefix-studio-token=%', `prefix-studio-token=${'a'.repeat(4000)}`, '=;=;']],
  ['Authorization', ['Bearer ', 'Bearer x', 'Basic Og==', 'x']],
  ['Upgrade', ['websocket', 'h2c']],
  ['Expect', ['100-continue', 'x']],
  ['Accept', ['text/html', '*/*;q=x', `${'a/b,'.repeat(2000)}c/d`]],
  ['Accept-Encoding', ['gzip;q=0', 'x', 'br, '.repeat(1000)]],
  // what the framework below the app listens to
  ['RSC', ['1']],
  ['Next-Action', ['x', '00000000000000000000000000000000']],
  ['Next-Router-State-Tree', ['%', '[]', '%5B%22%22%5D']],
  ['X-Middleware-Subrequest', ['middleware:middleware']],
  ['X-HTTP-Method-Override', ['DELETE']],
  ['X-Forwarded-Host', ['evil.example']],
  ['x\0y', ['x']],
  ['x y', ['x']],
  ['', ['x']],
  ['X-Control', ['\x01', 'a\nb: c']],
];

export const manyHeaders = Array.from({ length: 200 }, (_, index) => [`X-H${index}`, 'x'] as const);

export const strangeBodies: readonly (() => Buffer)[] = [
  () => Buffer.from('{'),
  () => Buffer.from('['.repeat(200_000)),
  () => Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  () => Buffer.from(`{${'"text":"x",'.repeat(20_000)}"text":"y"}`),
  () => Buffer.from('{"text":"\\ud800"}'),
  () => Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
  () => Buffer.alloc(1_200_000, 0x20),
  () => Buffer.from(`{"text":"${'x'.repeat(1_100_000)}"}`),
  () => Buffer.from('1'.repeat(100_000)),
  () => Buffer.from(`"${'\\u0041'.repeat(50_000)}"`),
  () => Buffer.from('{"__proto__":{"x":1},"text":"name: x"}'),
  () => Buffer.alloc(0),
];
