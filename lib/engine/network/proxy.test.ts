import { createServer as createHttpServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect, createServer, isIP, type Server as NetServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalAddressError } from '../../host/public-address';
import { type Outward, publicOutward } from './outward';
import { OutwardProxy, type ProxyLimits } from './proxy';

const open: { close(done: () => void): unknown }[] = [];
const proxies: OutwardProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  for (const server of open.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function listening(server: Server | NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Names of a test: `good.example` is the machine of the test, `bad.example` a private one. */
const outwardFor = (...ports: number[]): Outward => ({
  ports: new Set(ports),
  check: (host) => {
    if (isIP(host) !== 0) throw new LocalAddressError(host, host);
  },
  lookup: (host, options, answer) => {
    if (host !== 'good.example') return answer(new LocalAddressError(host, '10.0.0.1'), []);
    if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
    else answer(null, '127.0.0.1', 4);
  },
});

interface Opened {
  readonly port: number;
  readonly lines: string[];
}

async function proxyTo(outward: Outward, limits?: Partial<ProxyLimits>): Promise<Opened> {
  const lines: string[] = [];
  const proxy = new OutwardProxy({ outward, log: (line) => lines.push(line), limits });
  proxies.push(proxy);
  return { port: await listening(proxy.server), lines };
}

/** All that comes back for a request written by hand. */
function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}

const tunnel = (place: string): string => `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`;

describe('the way out', () => {
  it('passes bytes both ways to a host that is let through, and counts them', async () => {
    const echo = createServer((socket) => socket.once('data', (data) => socket.end(`got ${data}`)));
    open.push(echo);
    const target = await listening(echo);
    const { port, lines } = await proxyTo(outwardFor(target));
    expect(await ask(port, `${tunnel(`good.example:${target}`)}hello`)).toBe(
      'HTTP/1.1 200 Connection established\r\n\r\ngot hello',
    );
    expect(lines).toEqual([`>>> network: good.example:${target}, 9 B in, 5 B out`]);
  });

  it('passes plain requests on, with the host that was asked for', async () => {
    const seen: unknown[] = [];
    const web = createHttpServer((request, response) => {
      seen.push([request.url, request.headers.host, request.headers['proxy-connection']]);
      // the next address is judged like the first
      response.writeHead(302, { location: 'http://bad.example/' }).end();
    });
    open.push(web);
    const target = await listening(web);
    const { port } = await proxyTo(outwardFor(target, 80));
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'elsewhere.example', 'proxy-connection': 'keep-alive' };
      httpRequest({ host: '127.0.0.1', port, path: `http://good.example:${target}/a?b`, headers }, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers.location]);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toEqual([302, 'http://bad.example/']);
    expect(seen).toEqual([['/a?b', `good.example:${target}`, undefined]]);
    expect(await ask(port, 'GET http://bad.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain(
      '403',
    );
  });

  it.each([
    ['a name that leads to a private address', tunnel('bad.example:443'), '403'],
    ['another port', tunnel('good.example:22'), '403'],
    ['no port', 'CONNECT good.example HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
    ['a zone of this machine', tunnel('[fe80::1%lo]:443'), '400'],
    ['a path instead of an address', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '400'],
    ['ftp', 'GET ftp://good.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '501'],
  ])('refuses %s', async (_, text, status) => {
    const { port, lines } = await proxyTo(outwardFor(80, 443));
    expect(await ask(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('was refused');
  });

  it('ends what takes too much', async () => {
    const flood = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(Buffer.alloc(1_000_000));
    });
    open.push(flood);
    const target = await listening(flood);
    const { port, lines } = await proxyTo(outwardFor(target), { bytesIn: 1000 });
    await ask(port, tunnel(`good.example:${target}`)).catch(() => undefined);
    expect(lines[0]).toContain('was ended: a phase may take 1.0 kB');
  });

  it('ends what sends too much, in pieces however small', async () => {
    let arrived = 0;
    const sink = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        arrived += data.length;
      });
    });
    open.push(sink);
    const target = await listening(sink);
    const { port, lines } = await proxyTo(outwardFor(target), { bytesOut: 10_000 });
    const ended = new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(tunnel(`good.example:${target}`)));
      // the next piece when the one before has left, so that none waits for another
      const send = (): void => void socket.write(Buffer.alloc(500), (error) => !error && setImmediate(send));
      socket.once('data', send);
      socket.on('error', () => {});
      socket.once('close', () => resolve());
    });
    await ended;
    expect(lines[0]).toContain('and send 10.0 kB');
    expect(arrived).toBeLessThan(1_000_000);
  });

  it('holds to its number of connections, however many requests come by one', async () => {
    let [now, most] = [0, 0];
    const silent = createServer((socket) => {
      now += 1;
      most = Math.max(most, now);
      socket.resume().on('error', () => {});
      socket.once('close', () => {
        now -= 1;
      });
    });
    open.push(silent);
    const target = await listening(silent);
    const { port, lines } = await proxyTo(outwardFor(target), { connections: 3, idleMs: 200 });
    const text = `GET http://good.example:${target}/ HTTP/1.1\r\nHost: x\r\n\r\n`;
    await ask(port, text.repeat(40)).catch(() => undefined);
    expect(most).toBe(3);
    expect(lines.filter((line) => line.includes('there are already 3 connections'))).toHaveLength(37);
  });

  it.each([
    ['a status that nobody may send', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1.1 502 /],
    ['a status of zero', 'HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1.1 502 /],
    ['another protocol', 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx', /^$/],
    ['two lengths', 'HTTP/1.1 200 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', /^$/],
    ['headers without end', `HTTP/1.1 200 X\r\n${'a: b\r\n'.repeat(50_000)}`, /^$/],
    ['no HTTP', '<html>', /^$/],
    ['nothing', '', /^$/],
  ])('comes to no harm by a host that answers with %s', async (_, answer, expected) => {
    const hostile = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    open.push(hostile);
    const target = await listening(hostile);
    const { port } = await proxyTo(outwardFor(target));
    const text = `GET http://good.example:${target}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect(await ask(port, text)).toMatch(expected);
  });
});

describe('where a phase with a network may go', () => {
  const own = { eth0: [{ address: '8.8.4.1', family: 'IPv4', cidr: '8.8.4.1/24' }] } as unknown as Parameters<
    typeof publicOutward
  >[0];

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '::1',
    '::ffff:10.0.0.1',
    'fe80::1',
    '8.8.4.77',
    '::ffff:8.8.4.77',
  ])('is not %s', (host) => {
    expect(() => publicOutward(own).check(host)).toThrow(LocalAddressError);
  });

  it('is the internet', () => {
    expect(() => publicOutward(own).check('8.8.8.8')).not.toThrow();
    expect(() => publicOutward(own).check('[2606:4700::1]')).not.toThrow();
  });

  it('is not what a name of this machine leads to', async () => {
    const found = await new Promise((resolve) => publicOutward(own).lookup('localhost', {}, (error) => resolve(error)));
    expect(found).toBeInstanceOf(LocalAddressError);
  });
});
