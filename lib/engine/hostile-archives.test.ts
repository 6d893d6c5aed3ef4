import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../host/find-program';
import { limitsVariable } from '../host/sandbox-limits';
import { probeSandbox } from '../host/sandbox-probe';
import { deflatedZeros, gibibyteOf, type TarEntry, tarBomb, tarOf, zipOf } from './__fixtures__/archives';
import { pictureOf } from './__fixtures__/picture';
import { TinyPrefix } from './__fixtures__/tiny-prefix';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

/** What of the machine an archive here aims at. */
const machine = (): string =>
  JSON.stringify([readdirSync('/etc'), statSync('/etc/passwd').mtimeMs, readdirSync('/').sort()]);

/** A program that compresses, or null where there is none. */
function compressor(program: string): ((data: Buffer) => Buffer) | null {
  const path = findProgram(program);
  return path === null ? null : (data) => execFileSync(path, ['-c'], { input: data, maxBuffer: 2 ** 26 });
}

const file = (name: string, data = 'evil\n'): TarEntry => ({ name, data });
const symlink = (name: string, target: string): TarEntry => ({ name, flag: '2', target });
const hardlink = (name: string, target: string): TarEntry => ({ name, flag: '1', target });
const up = '../'.repeat(20);

describe.skipIf(sandbox.kind === 'unusable')(`an archive that means harm${skipped}`, () => {
  let prefix: TinyPrefix;
  let outside: string;

  beforeEach(() => {
    prefix = new TinyPrefix();
    outside = join(prefix.home, 'outside');
    mkdirSync(outside);
    mkdirSync(join(prefix.place.stagingEroot, 'etc'));
    writeFileSync(join(outside, 'secret'), 'secret\n', { mode: 0o600 });
    writeFileSync(join(prefix.place.stagingEroot, 'etc/victim'), 'of the prefix\n');
  });
  afterEach(async () => {
    delete process.env[limitsVariable];
    await prefix.remove();
  });

  /**
   * Unpacks an archive in a build, twice, and answers what was said at the end: an error, or what came of it. Nothing but
   * the folder that the build works in may have changed.
   */
  async function unpack(name: string, data: Buffer): Promise<string> {
    const files = join(prefix.overlay, 'app-evil/evil/files');
    mkdirSync(files, { recursive: true });
    writeFileSync(join(files, name), data);
    const found = `$(find . -type f | wc -l) files, $(find . -perm /6000 | wc -l) set ids, $(find . ! -type f ! -type d ! -type l | wc -l) special`;
    const again = `unpack "\${FILESDIR}/${name}"`;
    prefix.ebuild('app-evil/evil-1', `src_unpack() { ${again}; ${again}; die "unpacked: ${found}"; }`);
    const look = () => pictureOf(outside, prefix.overlay, prefix.place.stagingEroot) + machine();
    const before = look();
    const outcome = await prefix.build(['app-evil/evil-1']);
    expect(look()).toBe(before);
    return outcome.kind === 'failed' ? outcome.failures.map(({ message }) => message).join('\n') : outcome.kind;
  }

  const harmless = (files: number) => `unpacked: ${files} files, 0 set ids, 0 special`;

  const tars: readonly [what: string, entries: readonly TarEntry[], said: string][] = [
    ['a name with dots', [file('../evil'), file(`${up}etc/evil`)], 'tar failed'],
    ['an absolute name', [file('/etc/evil'), file('/opt/demo/etc/victim')], harmless(2)],
    ['a link out and a file below it', [symlink('out', '/etc'), file('out/evil')], 'tar failed'],
    ['a link up and a file below it', [symlink('out', up), file('out/etc/evil')], 'tar failed'],
    ['a link out in the place of a file', [symlink('x', '/opt/demo/etc/victim'), file('x')], harmless(0)],
    ['a link out, twice', [symlink('a', '..'), symlink('a/b', '../..'), file('a/b/evil')], 'tar failed'],
    ['a hard link to the machine', [hardlink('x', '/etc/passwd'), file('x')], 'tar failed'],
    ['a hard link with dots', [hardlink('x', `${up}etc/passwd`)], 'tar failed'],
    ['a hard link to the prefix', [hardlink('x', `${up}opt/demo/etc/victim`), file('x')], 'tar failed'],
    ['a hard link to a link out', [symlink('x', '/opt/demo/etc/victim'), hardlink('y', 'x'), file('y')], harmless(0)],
    [
      'a device of nothing',
      [{ name: 'whiteout', flag: '3', device: [0, 0] }],
      'unpacked: 0 files, 0 set ids, 1 special',
    ],
    ['a device of characters', [{ name: 'zero', flag: '3' }], 'tar failed'],
    ['a device of blocks', [{ name: 'disk', flag: '4' }], 'tar failed'],
    [
      'rights of others',
      [
        { ...file('su'), mode: 0o6755 },
        { name: 'folder', flag: '5', mode: 0o6777 },
      ],
      harmless(1),
    ],
    ['a file that nobody may read', [{ ...file('shut'), mode: 0 }], harmless(1)],
    ['a folder that nobody may enter', [{ name: 'shut', flag: '5', mode: 0 }, file('shut/x')], 'tar failed'],
    ['a name of 4,000 bytes', [file('x'.repeat(4000))], 'tar failed'],
    ['a path of 3,800 bytes', [file(`${`${'x'.repeat(189)}/`.repeat(20)}x`)], harmless(1)],
    ['a name that is an option', [file('-rf'), file('--checkpoint-action=exec=touch evil')], harmless(2)],
    ['a name with line breaks', [file('a\nb\r\u001b[2J')], harmless(2)],
    ['a type that does not exist', [{ ...file('odd'), flag: 'Q' }], harmless(1)],
    ['more data than it has', [{ ...file('short'), claimedBytes: 2 ** 30 }], 'tar failed'],
    ['a sparse map of nonsense', [{ ...file('sparse'), flag: 'S' }], 'unpack'],
  ];

  it.each(tars)('tar: %s', async (_what, entries, said) => {
    expect(await unpack('evil.tar', tarOf(...entries))).toContain(said);
  });

  it.each([
    ['cut off', (tar: Buffer) => tar.subarray(0, 700), 'tar failed'],
    ['without an end', (tar: Buffer) => tar.subarray(0, 1024), harmless(1)],
    ['noise', () => Buffer.from('noise '.repeat(1000)), 'tar failed'],
    ['a FIFO inside', () => tarOf({ name: 'pipe', flag: '6' }), 'unpacked: 0 files, 0 set ids, 1 special'],
  ])('tar: %s', async (_what, make, said) => {
    expect(await unpack('evil.tar', make(tarOf(file('x'))))).toContain(said);
  });

  it('tar: 50,000 tiny files', async () => {
    const many = Array.from({ length: 50_000 }, (_, at) => file(`many/${at}`, ''));
    expect(await unpack('evil.tar.gz', gzipSync(tarOf(...many)))).toContain(harmless(50_000));
  });

  it.each([
    ['a name with dots', zipOf({ name: '../evil', data: 'evil' }, { name: `${up}etc/evil`, data: 'evil' }), 'unpack'],
    ['an absolute name', zipOf({ name: '/etc/evil', data: 'evil' }), 'unzip failed'],
    ['a name with backslashes', zipOf({ name: '..\\..\\evil', data: 'evil' }), harmless(1)],
    [
      'a link out and a file below it',
      zipOf({ name: 'out', data: '/opt/demo/etc', mode: 0o120777 }, { name: 'out/victim', data: 'evil' }),
      'unzip failed',
    ],
    ['rights of others', zipOf({ name: 'su', data: 'evil', mode: 0o106755 }), harmless(1)],
    ['a question for a password', zipOf({ name: 'x', data: 'y'.repeat(100), isEncrypted: true }), 'unzip failed'],
    ['sizes that lie', zipOf({ name: 'x', packed: deflatedZeros(1), claimedBytes: 1 }), 'unzip failed'],
    ['noise', Buffer.from('PK\x05\x06noise '.repeat(100)), 'unzip failed'],
  ])('zip: %s', async (_what, data, said) => {
    expect(await unpack('evil.zip', data)).toContain(said);
  });

  const member = (name: string, bytes: number): string =>
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'106755'.padEnd(8)}${String(bytes).padEnd(10)}\`\n`;

  it.each([
    ['a name with dots', `${member('../../evil/', 4)}evil`, 'unpack'],
    ['an absolute name', `${member('/etc/evil', 4)}evil`, 'unpack'],
    ['more data than it has', `${member('x', 99_999_999)}evil`, 'unpack'],
    ['noise', 'noise', 'ar failed'],
  ])('deb: %s', async (_what, text, said) => {
    expect(await unpack('evil.deb', Buffer.from(`!<arch>\n${text}`))).toContain(said);
  });

  const bombs: readonly [name: string, make: () => Buffer | null][] = [
    ['evil.gz', () => gibibyteOf(gzipSync)],
    ['evil.tar.gz', () => tarBomb(gzipSync)],
    ...['bzip2', 'xz', 'zstd'].map((program): [string, () => Buffer | null] => {
      const suffix = { bzip2: 'bz2', xz: 'xz', zstd: 'zst' }[program];
      const compress = compressor(program);
      return [`evil.tar.${suffix}`, () => compress && tarBomb(compress)];
    }),
    ['evil.zip', () => zipOf({ name: 'bomb', packed: deflatedZeros(1024), claimedBytes: 2 ** 30 })],
  ];

  it.each(bombs)('%s of 1 GiB is ended by the limit of a file', async (name, make) => {
    const data = make();
    if (data === null) return;
    expect(data.length).toBeLessThan(4 * 2 ** 20);
    process.env[limitsVariable] = 'build.file=8M';
    expect(await unpack(name, data)).toContain('(limit `build.file`)');
  });
});
