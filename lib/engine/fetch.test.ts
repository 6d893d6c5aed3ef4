import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Distfile, DistfileFetcher } from './fetch';
import { HostArchive } from './host-archive';
import type { ManifestEntry } from './manifest';

let base: string;
let server: Server;
let origin: string;
let requests: IncomingMessage[];
let files: Map<string, Buffer>;
let log: string[];

const body = Buffer.from('source code\n'.repeat(5000));

function entryFor(name: string, data: Buffer): ManifestEntry {
  const hex = (algorithm: string): string => createHash(algorithm).update(data).digest('hex');
  return { kind: 'DIST', name, sizeBytes: data.length, hashes: { BLAKE2B: hex('blake2b512'), SHA512: hex('sha512') } };
}

function distfile(uris: readonly string[], more: Partial<Distfile> = {}): Distfile {
  return {
    entry: entryFor('tool-1.tar.gz', body),
    uris,
    thirdPartyMirrors: new Map(),
    mirrorRestricted: false,
    fetchRestricted: false,
    archive: null,
    ...more,
  };
}

function fetcher(
  mirrors: readonly string[] = [],
  archive: HostArchive | null = null,
  connectTimeoutMs = 300_000,
): DistfileFetcher {
  const localHosts = ['127.0.0.1', '127.0.0.2'];
  return new DistfileFetcher({ distDir: join(base, 'distfiles'), mirrors, archive, connectTimeoutMs, localHosts });
}

const options = { log: (line: string): void => void log.push(line) };

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'fetch-'));
  requests = [];
  log = [];
  files = new Map();
  server = createServer((request, response) => {
    requests.push(request);
    if (request.url === '/silent') return;
    if (request.url === '/moved') return void response.writeHead(302, { location: '/tool-1.tar.gz' }).end();
    const data = files.get(request.url ?? '');
    if (!data) return void response.writeHead(404).end('no');
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200).end(data.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(base, { recursive: true, force: true });
});

describe('getting a distfile', () => {
  it('takes it from DISTDIR without asking anybody', async () => {
    mkdirSync(join(base, 'distfiles'));
    writeFileSync(join(base, 'distfiles/tool-1.tar.gz'), body);
    expect(await fetcher([origin]).fetch(distfile([`${origin}/tool-1.tar.gz`]), options)).toMatchObject({
      source: 'distdir',
    });
    expect(requests).toEqual([]);
  });

  it('asks mirrors before SRC_URI and follows their layout.conf', async () => {
    const folder = createHash('blake2b512').update('tool-1.tar.gz').digest('hex').slice(0, 2);
    files.set('/distfiles/layout.conf', Buffer.from('[structure]\n0=filename-hash BLAKE2B 8\n1=flat\n'));
    files.set(`/distfiles/${folder}/tool-1.tar.gz`, body);
    expect(await fetcher([origin]).fetch(distfile([`${origin}/tool-1.tar.gz`]), options)).toMatchObject({
      source: 'mirror',
    });
    expect(readFileSync(join(base, 'distfiles/tool-1.tar.gz'))).toEqual(body);
  });

  it('copies it out of a folder of the user, and never a file that differs', async () => {
    const [wrong, right] = [join(base, 'wrong'), join(base, 'right')];
    mkdirSync(wrong);
    mkdirSync(right);
    writeFileSync(join(wrong, 'tool-1.tar.gz'), Buffer.from(body).fill(0, 0, 1));
    writeFileSync(join(right, 'tool-1.tar.gz'), body);
    const one = new DistfileFetcher({
      distDir: join(base, 'distfiles'),
      mirrors: [],
      folders: [wrong, right],
      archive: null,
    });
    expect(await one.fetch(distfile([`${origin}/tool-1.tar.gz`]), options)).toMatchObject({ source: 'folder' });
    expect(readFileSync(join(base, 'distfiles/tool-1.tar.gz'))).toEqual(body);
    expect(readdirSync(wrong)).toEqual(['tool-1.tar.gz']);
    expect(log.join('\n')).toContain('does not match the Manifest');
    expect(requests).toEqual([]);
  });

  it('names the first places that had none, and how many more; the log names all', async () => {
    const uris = Array.from({ length: 45 }, (_, index) => `${origin}/absent-${index}`);
    const error = await fetcher()
      .fetch(distfile(uris), options)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringMatching(/absent-0.*; and \d+ further places, which the log names$/),
    });
    expect((error as Error).message).not.toContain('absent-3');
    for (const uri of uris) expect(log.join('\n')).toContain(`!!! ${uri}: `);
  });

  it('takes what the licence forbids to fetch from a folder only', async () => {
    const wanted = distfile([`${origin}/tool-1.tar.gz`], { fetchRestricted: true });
    await expect(fetcher().fetch(wanted, options)).rejects.toMatchObject({
      hint: expect.stringContaining(`${origin}/tool-1.tar.gz`),
    });
    writeFileSync(join(base, 'tool-1.tar.gz'), body);
    const one = new DistfileFetcher({ distDir: join(base, 'distfiles'), mirrors: [], folders: [base], archive: null });
    expect(await one.fetch(wanted, options)).toMatchObject({ source: 'folder' });
    expect(requests).toEqual([]);
  });

  it('leaves mirrors alone when the ebuild restricts them', async () => {
    files.set('/tool-1.tar.gz', body);
    await fetcher([origin]).fetch(distfile([`${origin}/tool-1.tar.gz`], { mirrorRestricted: true }), options);
    expect(requests.map(({ url }) => url)).toEqual(['/tool-1.tar.gz']);
  });

  it('expands mirror:// and follows redirections', async () => {
    files.set('/tool-1.tar.gz', body);
    const thirdPartyMirrors = new Map([['example', [`${origin}/none/`, origin]]]);
    await fetcher().fetch(distfile(['mirror://example/moved'], { thirdPartyMirrors }), options);
    expect(requests.map(({ url }) => url)).toEqual(['/none/moved', '/moved', '/tool-1.tar.gz']);
  });

  it('goes on where an interrupted download stopped', async () => {
    files.set('/tool-1.tar.gz', body);
    const { entry } = distfile([]);
    mkdirSync(join(base, 'distfiles/.partial'), { recursive: true });
    writeFileSync(
      join(base, `distfiles/.partial/tool-1.tar.gz.${entry.hashes.BLAKE2B?.slice(0, 12)}`),
      body.subarray(0, 1000),
    );
    await fetcher().fetch(distfile([`${origin}/tool-1.tar.gz`]), options);
    expect(requests[0]?.headers.range).toBe('bytes=1000-');
    expect(readFileSync(join(base, 'distfiles/tool-1.tar.gz'))).toEqual(body);
  });

  it('refuses another file of the same size loudly and says both values', async () => {
    const other = Buffer.from(body);
    other[7] = 0;
    files.set('/tool-1.tar.gz', other);
    const wanted = distfile([`${origin}/tool-1.tar.gz`]);
    await expect(fetcher().fetch(wanted, options)).rejects.toMatchObject({
      code: 'DISTFILE_MISMATCH',
      message: expect.stringContaining(wanted.entry.hashes.BLAKE2B as string),
    });
    expect(log.join('\n')).toContain(createHash('blake2b512').update(other).digest('hex'));
    expect(existsSync(join(base, 'distfiles/tool-1.tar.gz'))).toBe(false);
  });

  it('goes on to the next source after a wrong file, and sets a wrong one in DISTDIR aside', async () => {
    mkdirSync(join(base, 'distfiles'));
    writeFileSync(join(base, 'distfiles/tool-1.tar.gz'), 'wrong');
    files.set('/a', Buffer.from('wrong'));
    files.set('/b', body);
    await fetcher().fetch(distfile([`${origin}/a`, `${origin}/b`]), options);
    expect(readFileSync(join(base, 'distfiles/tool-1.tar.gz'))).toEqual(body);
    expect(readdirSync(join(base, 'distfiles'))).toContain('tool-1.tar.gz._checksum_failure_');
    expect(log.join('\n')).toContain(`size is 5, expected ${body.length}`);
  });

  it('asks a host that does not answer only once', async () => {
    const one = fetcher([], null, 300);
    await expect(one.fetch(distfile([`${origin}/silent`]), options)).rejects.toMatchObject({
      code: 'DISTFILE_UNREACHABLE',
    });
    await expect(one.fetch(distfile([`${origin}/tool-1.tar.gz`]), options)).rejects.toThrow('did not answer before');
    expect(requests).toHaveLength(1);
  });

  it('fails when the name does not resolve or the port is closed', async () => {
    await expect(
      fetcher().fetch(distfile(['http://127.0.0.1:9/x', 'ftp://host.invalid/x']), options),
    ).rejects.toMatchObject({
      code: 'DISTFILE_UNREACHABLE',
      hint: expect.stringContaining('by hand'),
    });
  });

  it('shares the work between a prefetch and the build', async () => {
    files.set('/tool-1.tar.gz', body);
    const one = fetcher();
    const prefetch = one.prefetch([distfile([`${origin}/tool-1.tar.gz`])], options);
    await one.fetch(distfile([`${origin}/tool-1.tar.gz`]), options);
    await prefetch;
    expect(requests).toHaveLength(1);
  });
});

/** A source archive on this disk: real apt, no network. */
function localArchive(): { readonly etc: string; readonly archive: HostArchive } {
  const archive = join(base, 'archive');
  const etc = join(base, 'etc');
  mkdirSync(archive);
  mkdirSync(join(etc, 'sources.list.d'), { recursive: true });
  writeFileSync(join(archive, 'tool_1.orig.tar.gz'), body);
  writeFileSync(join(archive, 'tool_1-1.debian.tar.xz'), 'packaging');
  const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
  const files = [
    ` ${sha256(body)} ${body.length} tool_1.orig.tar.gz`,
    ` ${sha256('packaging')} 9 tool_1-1.debian.tar.xz`,
  ];
  const dsc = ['Format: 3.0 (quilt)', 'Source: tool', 'Version: 1-1', 'Checksums-Sha256:', ...files, ''].join('\n');
  writeFileSync(join(archive, 'tool_1-1.dsc'), dsc);
  writeFileSync(
    join(archive, 'Sources'),
    [
      'Package: tool',
      'Format: 3.0 (quilt)',
      'Version: 1-1',
      'Directory: .',
      'Checksums-Sha256:',
      ...files,
      ` ${sha256(dsc)} ${dsc.length} tool_1-1.dsc`,
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(etc, 'sources.list.d/here.sources'),
    `Types: deb\nURIs: file:${archive}\nSuites: ./\nTrusted: yes\n`,
  );
  return { etc, archive: new HostArchive(join(base, 'apt'), [], etc) };
}

describe.skipIf(!new HostArchive('').isPresent())("the host's source archive", () => {
  it('gives the file of the right size and hashes under the name of the ebuild', async () => {
    const { archive } = localArchive();
    const wanted = distfile([], { archive: { package: 'tool' } });
    expect(await fetcher([], archive).fetch(wanted, options)).toMatchObject({ source: 'archive' });
    expect(readFileSync(join(base, 'distfiles/tool-1.tar.gz'))).toEqual(body);
    expect(log.join('\n')).toContain('tool_1.orig.tar.gz');
  });

  it('is asked first once several hosts were silent and none answered', async () => {
    const { archive } = localArchive();
    const one = fetcher([], archive);
    const silent = ['http://127.0.0.1:9/x', 'http://127.0.0.2:9/x'];
    await one.fetch(distfile(silent, { archive: { package: 'tool' } }), options);
    rmSync(join(base, 'distfiles/tool-1.tar.gz'));
    const other = { ...distfile([]).entry, name: 'same-content.tar.gz' };
    const wanted = distfile([`${origin}/tool-1.tar.gz`], { entry: other, archive: { package: 'tool' } });
    expect(await one.fetch(wanted, options)).toMatchObject({ source: 'archive' });
    expect(requests).toEqual([]);
  });

  it('updates the index once a day only', async () => {
    const { archive, etc } = localArchive();
    await fetcher([], archive).fetch(distfile([], { archive: { package: 'tool' } }), options);
    const updated = statSync(join(base, 'apt/updated')).mtimeMs;
    rmSync(join(base, 'distfiles/tool-1.tar.gz'));
    const again = new HostArchive(join(base, 'apt'), [], etc);
    expect(await fetcher([], again).fetch(distfile([], { archive: { package: 'tool' } }), options)).toMatchObject({
      source: 'archive',
    });
    expect(statSync(join(base, 'apt/updated')).mtimeMs).toBe(updated);
  });

  it('finds a file by size and name when nobody names its source package', async () => {
    const { archive } = localArchive();
    expect(await fetcher([], archive).fetch(distfile([]), options)).toMatchObject({ source: 'archive' });
    expect(readFileSync(join(base, 'distfiles/tool-1.tar.gz'))).toEqual(body);
  });

  it('never takes another file of the same size', async () => {
    const { archive } = localArchive();
    const other = Buffer.from(body);
    other[7] = 0;
    const wanted = distfile([], { entry: entryFor('tool-1.tar.gz', other) });
    await expect(fetcher([], archive).fetch(wanted, options)).rejects.toMatchObject({
      code: 'DISTFILE_UNREACHABLE',
      message: expect.stringContaining('BLAKE2B'),
    });
    expect(existsSync(join(base, 'distfiles/tool-1.tar.gz'))).toBe(false);
  });

  it('says what it lacks, whatever a repository names as its source package', async () => {
    const { archive } = localArchive();
    for (const name of ['other', '--option', 'a b', 'tool=1']) {
      const entry = entryFor('unknown-7.tar.gz', Buffer.from(name));
      const wanted = distfile([], { entry, archive: { package: name } });
      await expect(fetcher([], archive).fetch(wanted, options)).rejects.toMatchObject({ code: 'DISTFILE_UNREACHABLE' });
    }
  });
});
