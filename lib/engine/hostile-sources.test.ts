import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DistfileFetcher } from './fetch';
import { parseManifest } from './manifest';
import { localSourceHosts } from './source-reach';
import { evaluateSourceUri } from './source-uri';

let base: string;
let server: Server;
let port: number;
let asked: string[];

const body = Buffer.from('source');
const sha512 = createHash('sha512').update(body).digest('hex');
const entry = { kind: 'DIST', name: 'tool-1.tar.gz', sizeBytes: body.length, hashes: { SHA512: sha512 } } as const;
const options = { log: () => undefined };

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'hostile-sources-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const moved = /^\/moved\?(.*)$/.exec(request.url ?? '');
    if (moved) return void response.writeHead(302, { location: decodeURIComponent(moved[1] as string) }).end();
    if (request.url === '/circle') return void response.writeHead(302, { location: '/circle' }).end();
    // more than any Manifest says, without end
    if (request.url === '/giant') {
      const pour = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), pour));
      return pour();
    }
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(base, { recursive: true, force: true });
});

const fetchFrom = (
  uris: readonly string[],
  more: {
    readonly localHosts?: readonly string[];
    readonly mirrors?: readonly string[];
    readonly machineMirrors?: readonly string[];
    readonly treeMirrors?: readonly string[];
    readonly thirdParty?: readonly string[];
  } = {},
) => {
  const { localHosts = [], mirrors = [], machineMirrors = [], treeMirrors = [], thirdParty = [] } = more;
  const fetcher = new DistfileFetcher({
    distDir: join(base, 'distfiles'),
    mirrors,
    machineMirrors,
    treeMirrors,
    localHosts,
    archive: null,
    connectTimeoutMs: 300_000,
  });
  const file = { mirrorRestricted: false, fetchRestricted: false, archive: null };
  return fetcher.fetch({ ...file, entry, uris, thirdPartyMirrors: new Map([['evil', thirdParty]]) }, options);
};

describe('a source that a tree names', () => {
  it.each([
    ['loopback', () => `http://127.0.0.1:${port}/tool`],
    ['localhost', () => `http://localhost:${port}/tool`],
    ['localhost in capitals', () => `http://LOCALHOST:${port}/tool`],
    ['another address of loopback', () => `http://127.8.8.8:${port}/tool`],
    ['a decimal address', () => `http://2130706433:${port}/tool`],
    ['a hexadecimal address', () => `http://0x7f000001:${port}/tool`],
    ['an octal address', () => `http://0177.0.0.1:${port}/tool`],
    ['a short address', () => `http://127.1:${port}/tool`],
    ['the address of nowhere', () => `http://0.0.0.0:${port}/tool`],
    ['IPv6 loopback', () => `http://[::1]:${port}/tool`],
    ['IPv4 in IPv6', () => `http://[::ffff:127.0.0.1]:${port}/tool`],
    ['IPv4 in IPv6, in hexadecimal', () => `http://[::ffff:7f00:1]:${port}/tool`],
    ['link-local: the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data'],
    ['a private network', () => 'https://192.168.1.1/tool'],
    ['another private network', () => 'http://10.0.0.1/tool'],
    ['with a name and password', () => `http://user:word@127.0.0.1:${port}/tool`],
    ['a file', () => 'file:///etc/passwd'],
    ['a file with a host', () => 'file://localhost/etc/passwd'],
  ])('is refused when it leads here: %s', async (_what, uri) => {
    await expect(fetchFrom([uri()])).rejects.toMatchObject({
      code: 'SOURCE_NOT_PUBLIC',
      message: expect.stringContaining('this machine'),
      hint: expect.stringContaining('PREFIX_STUDIO_LOCAL_SOURCES'),
    });
    expect(asked).toEqual([]);
    expect(existsSync(join(base, 'distfiles/tool-1.tar.gz'))).toBe(false);
  });

  it('is refused behind mirror:// and as a mirror of the profile too', async () => {
    const here = `http://127.0.0.1:${port}`;
    await expect(fetchFrom(['mirror://evil/tool'], { thirdParty: [here] })).rejects.toMatchObject({
      code: 'SOURCE_NOT_PUBLIC',
    });
    await expect(fetchFrom([], { treeMirrors: [here] })).rejects.toMatchObject({ code: 'SOURCE_NOT_PUBLIC' });
    expect(asked).toEqual([]);
  });

  it('is refused when it is sent on to here', async () => {
    const to = encodeURIComponent(`http://localhost:${port}/tool`);
    await expect(
      fetchFrom([`http://127.0.0.1:${port}/moved?${to}`], { localHosts: ['127.0.0.1'] }),
    ).rejects.toMatchObject({ code: 'SOURCE_NOT_PUBLIC' });
    expect(asked).toHaveLength(1);
  });

  it.each(['gopher://x.invalid/', 'ftp://x.invalid/x', 'data:,source', 'javascript:1', 'http://', '/etc/passwd'])(
    'is refused when it is no web address: %s',
    async (uri) => {
      await expect(fetchFrom([uri])).rejects.toMatchObject({ code: 'DISTFILE_UNREACHABLE' });
    },
  );

  it('ends when it sends more than the Manifest says, or sends on and on', async () => {
    const localHosts = ['127.0.0.1'];
    await expect(fetchFrom([`http://127.0.0.1:${port}/giant`], { localHosts })).rejects.toThrow(
      'larger than the 6 bytes',
    );
    await expect(fetchFrom([`http://127.0.0.1:${port}/circle`], { localHosts })).rejects.toThrow(
      'redirected too often',
    );
    expect(asked.length).toBeLessThan(20);
    const file = encodeURIComponent('file:///etc/passwd');
    await expect(fetchFrom([`http://127.0.0.1:${port}/moved?${file}`], { localHosts })).rejects.toThrow(
      'redirected to',
    );
  });

  it('may be here when the user says so, by host or as a mirror', async () => {
    const here = `http://127.0.0.1:${port}`;
    expect(await fetchFrom([`${here}/tool`], { localHosts: ['127.0.0.1'] })).toMatchObject({ source: 'upstream' });
    rmSync(join(base, 'distfiles'), { recursive: true });
    expect(await fetchFrom([], { mirrors: [here], machineMirrors: [here] })).toMatchObject({ source: 'mirror' });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0'])(
    'asks no mirror of a design on this machine: %s',
    async (host) => {
      asked.length = 0;
      await expect(fetchFrom([], { mirrors: [`http://${host}:${port}/admin?delete=1&x=`] })).rejects.toThrow();
      expect(asked).toEqual([]);
    },
  );

  it('takes the hosts that may be local from the environment', () => {
    const environment = { PREFIX_STUDIO_LOCAL_SOURCES: 'Sources.corp.example, 10.0.0.7' };
    expect(localSourceHosts(environment)).toEqual(['sources.corp.example', '10.0.0.7']);
    expect(localSourceHosts({})).toEqual([]);
  });
});

describe('a mirror of the user', () => {
  it('whose layout.conf has no end is asked as a flat one', async () => {
    writeFileSync(join(base, 'note'), '');
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      asked.push(request.url ?? '');
      if (!request.url?.endsWith('layout.conf')) return void response.end(body);
      const pour = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), pour));
      pour();
    });
    const mirrors = [`http://127.0.0.1:${port}`];
    expect(await fetchFrom([], { mirrors, machineMirrors: mirrors })).toMatchObject({ source: 'mirror' });
    expect(readdirSync(join(base, 'distfiles/.partial'))).toEqual([]);
  });
});

const hash = `SHA512 ${sha512}`;

describe('names of source files', () => {
  const hostile = [
    ...['../x', '../../etc/passwd', '/etc/passwd', 'a/b', '.', '..', '.partial', '.hidden', '-rf', '\u202eexe.tar'],
    ...['a\0b', 'a\u0007b', 'a\\b', 'x'.repeat(256), '\u200bx', 'a\u001b[31mb'],
  ];

  it.each(hostile)('%j is refused in a Manifest', (name) => {
    expect(() => parseManifest(`DIST ${name} 3 ${hash}\n`, 'cat/pkg/Manifest')).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringContaining('cat/pkg/Manifest') }),
    );
  });

  it.each(hostile)('%j is refused behind an arrow', (name) => {
    expect(() => evaluateSourceUri(`https://a.invalid/x -> ${name}`, new Set())).toThrow(
      expect.objectContaining({ code: 'SRC_URI_INVALID' }),
    );
  });

  it.each(['https://a.invalid/..', 'https://a.invalid/.', '..', 'https://a.invalid/-rf', 'https://a.invalid/.x'])(
    '%s has none',
    (uri) => {
      expect(() => evaluateSourceUri(uri, new Set())).toThrow(expect.objectContaining({ code: 'SRC_URI_INVALID' }));
    },
  );
});

describe('a Manifest that lies', () => {
  it.each([
    ['a negative size', `DIST x -3 ${hash}`],
    ['a size that is no number', `DIST x 0x10 ${hash}`],
    ['a broken size', `DIST x 1.5 ${hash}`],
    ['a size beyond all disks', `DIST x 99999999999999999999 ${hash}`],
    ['a size beyond all files', `DIST x 999999999999 ${hash}`],
    ['two entries of a name', `DIST x 3 ${hash}\nDIST x 4 ${hash}`],
    ['a hash without value', 'DIST x 3 SHA512'],
    ['a hash with a name of JavaScript', 'DIST x 3 __proto__ 1'],
    ['a patch outside', `AUX ../../x 3 ${hash}`],
    ['an absolute patch', `AUX /etc/x 3 ${hash}`],
  ])('%s', (_what, text) => {
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });

  it('may have patches in folders', () => {
    expect(parseManifest(`AUX sub/x.patch 3 ${hash}`)).toHaveLength(1);
  });
});
