import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeTree } from '../host/remove-tree';
import { extractGpkgImage, readGpkgMetadata, writeGpkg } from './gpkg';
import { contentsOfImage } from './image-tree';
import { PackageStore, parsePackagesIndex } from './package-store';
import { readImage } from './read-image';

let base: string;
const long = `${'long-directory-name/'.repeat(9)}${'x'.repeat(120)}`;

function makeImage(): string {
  const image = mkdtempSync(join(base, 'image-'));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(image, path)), { recursive: true });
    writeFileSync(join(image, path), text);
  };
  put('opt/demo/bin/jq', '#!/opt/demo/bin/sh\n');
  put(`opt/demo/share/${long}`, 'long');
  put('opt/demo/share/ümläut', 'u');
  put('opt/demo/empty', '');
  chmodSync(join(image, 'opt/demo/bin/jq'), 0o4755);
  linkSync(join(image, 'opt/demo/bin/jq'), join(image, 'opt/demo/bin/jq2'));
  symlinkSync(`../${long}`, join(image, 'opt/demo/bin/far'));
  mkdirSync(join(image, 'opt/demo/empty-dir'), { mode: 0o700 });
  return image;
}

async function pack(path: string, image: string): Promise<void> {
  await writeGpkg(path, {
    imageDir: image,
    entries: await readImage(image),
    metadata: new Map<string, string | Uint8Array>([
      ['SLOT', '0'],
      ['environment.bz2', Buffer.from([1, 2, 0])],
      ['EAPI', '8'],
    ]),
    owners: new Map([['/opt/demo/empty', { uid: 12, gid: 34 }]]),
    epoch: 315532800,
  });
}

const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'gpkg-'));
});
afterEach(() => removeTree(base));

describe('a binary package', () => {
  it('gives back what went in', async () => {
    const image = makeImage();
    const path = join(base, 'jq-1.7-1.gpkg.tar');
    await pack(path, image);
    const metadata = await readGpkgMetadata(path);
    expect(metadata.get('SLOT')?.toString()).toBe('0\n');
    expect([...(metadata.get('environment.bz2') ?? [])]).toEqual([1, 2, 0]);
    const out = join(base, 'out');
    await extractGpkgImage(path, out);
    const strip = (entries: Awaited<ReturnType<typeof readImage>>) => entries.map(({ inode, mtime, ...rest }) => rest);
    expect(strip(await readImage(out))).toEqual(strip(await readImage(image)));
    expect(statSync(join(out, 'opt/demo/bin/jq')).ino).toBe(statSync(join(out, 'opt/demo/bin/jq2')).ino);
    expect(statSync(join(out, 'opt/demo/bin/jq')).mtimeMs).toBe(315532800000);
  });

  it.each([
    // whoever is not root cannot pack what lies in a closed folder
    ['closed to everybody', process.getuid?.() === 0 ? 0 : 0o500],
    ['read-only', 0o555],
    ['of the group alone', process.getuid?.() === 0 ? 0o2070 : 0o2570],
  ])('keeps a folder that is %s, with what is in it', async (_, mode) => {
    const image = makeImage();
    mkdirSync(join(image, 'opt/demo/closed/deep'), { recursive: true });
    for (const name of ['closed/file', 'closed/deep/file'])
      writeFileSync(join(image, 'opt/demo', name), name, { mode });
    linkSync(join(image, 'opt/demo/bin/jq'), join(image, 'opt/demo/closed/jq'));
    for (const name of ['closed/deep', 'closed']) chmodSync(join(image, 'opt/demo', name), mode);
    const path = join(base, 'jq-1.7-1.gpkg.tar');
    await pack(path, image);
    await extractGpkgImage(path, join(base, 'out'));
    const plain = (entries: Awaited<ReturnType<typeof readImage>>) => entries.map(({ inode, mtime, ...rest }) => rest);
    const found = await readImage(join(base, 'out'));
    expect(plain(found)).toEqual(plain(await readImage(image)));
    expect(found.find((entry) => entry.path === '/opt/demo/closed/deep')).toMatchObject({ mode, mtime: 315532800 });
  });

  it('is a plain tar of tars with owners recorded', async () => {
    const path = join(base, 'jq-1.7-1.gpkg.tar');
    await pack(path, makeImage());
    expect(execFileSync('tar', ['-tf', path]).toString().trim().split('\n')).toEqual(
      ['gpkg-1', 'metadata.tar.gz', 'image.tar.gz', 'Manifest'].map((name) => `jq-1.7-1/${name}`),
    );
    const listing = execFileSync('sh', [
      '-c',
      'tar -xOf "$1" jq-1.7-1/image.tar.gz | gzip -dcq | tar -tv --numeric-owner',
      'sh',
      path,
    ]).toString();
    expect(listing).toMatch(/12\/34 .* image\/opt\/demo\/empty\n/);
    expect(listing).toMatch(/0\/0 .* image\/opt\/demo\/bin\/jq\n/);
  });

  it('is packed by zstd where it is large', async () => {
    const image = makeImage();
    writeFileSync(join(image, 'opt/demo/large'), Buffer.alloc(2 << 20, 'large '));
    const path = join(base, 'jq-1.7-1.gpkg.tar');
    await pack(path, image);
    expect(execFileSync('tar', ['-tf', path]).toString()).toContain('jq-1.7-1/image.tar.zst\n');
    await extractGpkgImage(path, join(base, 'out'));
    expect(readFileSync(join(base, 'out/opt/demo/large')).length).toBe(2 << 20);
  });

  it('has the same bytes when it is made again from a touched copy', async () => {
    const image = makeImage();
    await pack(join(base, 'a/jq-1.7-1.gpkg.tar'), image);
    const copy = join(base, 'copy');
    execFileSync('cp', ['-a', image, copy]);
    utimesSync(join(copy, 'opt/demo/bin/jq'), 5, 5);
    await pack(join(base, 'b/jq-1.7-1.gpkg.tar'), copy);
    expect(sha(join(base, 'a/jq-1.7-1.gpkg.tar'))).toBe(sha(join(base, 'b/jq-1.7-1.gpkg.tar')));
  });

  it('is refused when it was damaged or cut off', async () => {
    const path = join(base, 'jq-1.7-1.gpkg.tar');
    await pack(path, makeImage());
    const bytes = readFileSync(path);
    const offset = bytes.indexOf('image.tar.gz') + 600;
    bytes[offset] = (bytes[offset] as number) ^ 0xff;
    writeFileSync(path, bytes);
    await expect(extractGpkgImage(path, join(base, 'x'))).rejects.toMatchObject({ code: 'BINPKG_INVALID' });
    writeFileSync(path, bytes.subarray(0, 700));
    await expect(readGpkgMetadata(path)).rejects.toMatchObject({ code: 'BINPKG_INVALID' });
    await expect(readGpkgMetadata(join(base, 'none.gpkg.tar'))).rejects.toMatchObject({ code: 'BINPKG_MISSING' });
  });
});

describe('the package store', () => {
  it('numbers builds, finds them by metadata and indexes them', async () => {
    const store = new PackageStore(join(base, 'pkgs'));
    const image = makeImage();
    const contents = (key: string) => ({
      imageDir: image,
      entries: [],
      metadata: new Map([
        ['SLOT', '0'],
        ['KEY', key],
        ['DESCRIPTION', 'A  filter'],
        ['repository', 'starter'],
      ]),
      owners: new Map(),
      epoch: 0,
    });
    await Promise.all([store.add('app-misc/jq-1.7', contents('a')), store.add('dev-libs/x-2-r1', contents('c'))]);
    await store.add('app-misc/jq-1.7', contents('b'));
    expect((await store.findByMetadata('app-misc/jq-1.7', 'KEY', 'a'))?.buildId).toBe(1);
    expect(await store.findByMetadata('app-misc/jq-1.7', 'KEY', 'z')).toBeNull();
    const { header, packages } = parsePackagesIndex(readFileSync(join(base, 'pkgs/Packages'), 'utf8'));
    expect(header.get('PACKAGES')).toBe('3');
    expect(packages.map((stanza) => stanza.get('PATH'))).toEqual([
      'app-misc/jq/jq-1.7-1.gpkg.tar',
      'app-misc/jq/jq-1.7-2.gpkg.tar',
      'dev-libs/x/x-2-r1-1.gpkg.tar',
    ]);
    expect(packages[0]?.get('DESC')).toBe('A filter');
    expect(packages[0]?.get('REPO')).toBe('starter');
    await store.remove(await store.builds('app-misc/jq-1.7'));
    expect(existsSync(join(base, 'pkgs/app-misc/jq/jq-1.7-1.gpkg.tar'))).toBe(false);
    expect(parsePackagesIndex(readFileSync(join(base, 'pkgs/Packages'), 'utf8')).packages).toHaveLength(1);
  });
});

describe('a giant image', () => {
  const giant = async (signal?: AbortSignal): Promise<{ readonly path: string; readonly done: Promise<boolean> }> => {
    const imageDir = makeImage();
    truncateSync(join(imageDir, 'opt/demo/empty'), 2 ** 37);
    // of zeros alone the packer says nothing for seconds
    writeFileSync(join(imageDir, 'opt/demo/bytes'), randomBytes(2 ** 24));
    const limits = { entries: 100, bytes: 2 ** 40, holes: 2 ** 40, depth: 99, path: 4000 };
    const entries = await readImage(imageDir, limits);
    const path = join(base, 'store/giant-1-1.gpkg.tar');
    const done = writeGpkg(path, { imageDir, entries, metadata: new Map(), owners: new Map(), epoch: 0, signal });
    done.catch(() => undefined);
    await vi.waitFor(() => expect(statSync(join(base, 'store', imageFile() ?? '?')).size).toBeGreaterThan(0), {
      timeout: 300_000,
    });
    return { path, done };
  };
  const imageFile = (): string | undefined =>
    readdirSync(join(base, 'store')).find((name) => name.endsWith('.partial.image'));
  /** the zstd that this process started */
  const packer = (): number => {
    const own = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', `${process.pid}`], { encoding: 'utf8' });
    return Number(/(\d+) zstd/.exec(own)?.[1]);
  };

  it('is packed no further when that is cancelled, and nothing of it stays', async () => {
    const stop = new AbortController();
    const { done } = await giant(stop.signal);
    stop.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(join(base, 'store'))).toEqual([]);
    expect(packer()).toBeNaN();
  });

  it('whose packer was ended tells that, and nothing of a broken pipe', async () => {
    const { done } = await giant();
    process.kill(packer(), 'SIGINT');
    await expect(done).rejects.toMatchObject({ code: 'TOOL_FAILED', message: '`zstd` was ended by SIGINT' });
    expect(readdirSync(join(base, 'store'))).toEqual([]);
  });

  it('is hashed for the merge no further when that is cancelled', async () => {
    const imageDir = makeImage();
    truncateSync(join(imageDir, 'opt/demo/empty'), 2 ** 31);
    const stop = new AbortController();
    const contents = contentsOfImage(imageDir, await readImage(imageDir), stop.signal);
    setImmediate(() => stop.abort());
    await expect(contents).rejects.toMatchObject({ name: 'AbortError' });
  });
});
