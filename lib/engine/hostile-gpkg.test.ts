import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from '../host/remove-tree';
import { probeSandbox } from '../host/sandbox-probe';
import { padding, tarEnd, tarHeader } from '../host/tar';
import { extractGpkgImage, readGpkgMetadata } from './gpkg';
import { imageLimitsVariable } from './image-limits';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

let base: string;
let outside: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hostile-gpkg-'));
  outside = join(base, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), 'kept');
});
afterEach(() => removeTree(base));

const file = (name: string, data: Buffer): Buffer =>
  Buffer.concat([
    tarHeader({ name, kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: data.length, mtime: 0, target: '' }),
    data,
    padding(data.length),
  ]);

/** A binary package with these members, whose Manifest is right. */
function gpkg(members: Readonly<Record<string, Buffer>>): string {
  const path = join(base, 'evil-1-1.gpkg.tar');
  const lines = Object.entries(members).map(
    ([name, data]) => `DATA ${name} ${data.length} SHA512 ${createHash('sha512').update(data).digest('hex')}\n`,
  );
  const all = { ...members, Manifest: Buffer.from(lines.join('')) };
  writeFileSync(
    path,
    Buffer.concat([...Object.entries(all).map(([name, data]) => file(`evil-1-1/${name}`, data)), tarEnd]),
  );
  return path;
}

interface Member {
  readonly name: string;
  /** flag of its header, default a regular file */
  readonly type?: string;
  readonly linkname?: string;
  readonly data?: string;
}

/** An archive of members as Python's tarfile writes them. */
function tarOf(members: readonly Member[]): Buffer {
  const script = `
import io, json, sys, tarfile
with tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.GNU_FORMAT) as archive:
    for member in json.load(sys.stdin):
        info = tarfile.TarInfo(member['name'])
        info.type = member.get('type', '0').encode()
        info.linkname = member.get('linkname', '')
        info.devmajor, info.devminor = 1, 3
        data = member.get('data', '').encode()
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))`;
  return execFileSync('python3', ['-c', script], { input: JSON.stringify(members), maxBuffer: 1 << 30 });
}

const zstd = (data: Buffer): Buffer => execFileSync('zstd', ['-qc'], { input: data, maxBuffer: 1 << 30 });

describe.skipIf(sandbox.kind === 'unusable')(`the image of a binary package from elsewhere${skipped}`, () => {
  it.each([
    ['names that climb out', () => [{ name: 'image/../../outside/new', data: 'x' }]],
    ['absolute names', () => [{ name: `${outside}/kept`, data: 'x' }]],
    [
      'a link out that is written through',
      () => [
        { name: 'image/out', type: '2', linkname: outside },
        { name: 'image/out/kept', data: 'x' },
      ],
    ],
    [
      'a link upwards that is written through',
      () => [
        { name: 'image/out', type: '2', linkname: '../outside' },
        { name: 'image/out/kept', data: 'x' },
      ],
    ],
    [
      'a hard link to a file outside, written through',
      () => [
        { name: 'image/a', type: '1', linkname: `${outside}/kept` },
        { name: 'image/a', data: 'x' },
      ],
    ],
    ['a device', () => [{ name: 'image/null', type: '3' }]],
    ['names like options', () => [{ name: 'image/--checkpoint-action=exec=sh', data: 'x' }]],
  ])('writes nothing outside: %s', async (_, members) => {
    const path = gpkg({ 'image.tar': tarOf(members()) });
    await extractGpkgImage(path, join(base, 'out')).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'BINPKG_INVALID' });
    });
    expect(readdirSync(outside)).toEqual(['kept']);
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
    expect(readdirSync(base).sort()).toEqual(['evil-1-1.gpkg.tar', 'out', 'outside']);
  });

  it('is refused when it expands beyond the limit', async () => {
    const path = gpkg({ 'image.tar.zst': zstd(tarOf([{ name: 'image/x', data: '0'.repeat(4_000_000) }])) });
    process.env[imageLimitsVariable] = 'bytes=1000000';
    try {
      await expect(extractGpkgImage(path, join(base, 'out'))).rejects.toMatchObject({
        code: 'BINPKG_INVALID',
        message: expect.stringContaining('it holds more than 1000000 bytes'),
      });
    } finally {
      delete process.env[imageLimitsVariable];
    }
  });

  it('is refused when it is no archive', async () => {
    const path = gpkg({ 'image.tar.zst': Buffer.from('nothing of the kind') });
    await expect(extractGpkgImage(path, join(base, 'out'))).rejects.toMatchObject({ code: 'BINPKG_INVALID' });
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`the metadata of a binary package from elsewhere${skipped}`, () => {
  it('is read whatever packed it', async () => {
    const tar = tarOf([{ name: 'metadata/SLOT', data: '5' }]);
    for (const [name, data] of [
      ['metadata.tar', tar],
      ['metadata.tar.gz', gzipSync(tar)],
      ['metadata.tar.zst', zstd(tar)],
    ] as const) {
      expect((await readGpkgMetadata(gpkg({ [name]: data }))).get('SLOT')?.toString()).toBe('5');
    }
  });

  it.each([
    [
      'a name that climbs out',
      () => ({ 'metadata.tar': tarOf([{ name: 'metadata/../../x', data: 'x' }]) }),
      'name "../../x"',
    ],
    ['an absolute name', () => ({ 'metadata.tar': tarOf([{ name: '/etc/x', data: 'x' }]) }), 'name "etc/x"'],
    [
      'hundreds of megabytes of zeros',
      () => ({ 'metadata.tar.zst': zstd(Buffer.alloc(300 << 20)) }),
      'metadata of which a file',
    ],
    [
      'hundreds of megabytes of zeros, unpacked in this process',
      () => ({ 'metadata.tar.gz': gzipSync(Buffer.alloc(300 << 20)) }),
      'has damaged metadata',
    ],
    ['what is no zstd', () => ({ 'metadata.tar.zst': Buffer.from('nothing of the kind') }), 'has damaged metadata'],
    [
      'a member that leads back to itself',
      () => {
        const tar = tarOf([{ name: 'metadata/SLOT', data: 'x' }]);
        tar.write('-0000001000\0', 124, 'latin1');
        const sum = tar.subarray(0, 512).reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
        tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
        return { 'metadata.tar': tar };
      },
      'has damaged metadata',
    ],
    [
      'thousands of files',
      () => ({
        'metadata.tar.gz': gzipSync(
          tarOf(Array.from({ length: 1500 }, (_, at) => ({ name: `metadata/X${at}`, data: 'x' }))),
        ),
      }),
      'more than 1000 files',
    ],
    ['what is no gzip', () => ({ 'metadata.tar.gz': Buffer.from('nothing of the kind') }), 'has damaged metadata'],
    [
      'many members',
      () => Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, Buffer.alloc(1)])),
      'more than 16',
    ],
  ])('is refused: %s', async (_, members, problem) => {
    await expect(readGpkgMetadata(gpkg(members()))).rejects.toThrow(problem);
  });

  it('is not read when a member claims more than there is', async () => {
    const path = gpkg({ 'metadata.tar': tarOf([{ name: 'metadata/SLOT', data: '0' }]) });
    const bytes = readFileSync(path);
    const lie = tarHeader({
      name: 'evil-1-1/metadata.tar',
      kind: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 2 ** 32,
      mtime: 0,
      target: '',
    });
    lie.copy(bytes);
    writeFileSync(path, bytes);
    await expect(readGpkgMetadata(path)).rejects.toThrow('is shorter than its member');
  });
});
