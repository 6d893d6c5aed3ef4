import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';
import { scanElfFiles } from './elf-scan';
import { checkImage } from './image-checks';
import { readImage } from './read-image';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();

describe('checks of an image', () => {
  let base: string;
  const image = (): string => join(base, 'image');
  const write = (path: string, text = ''): string => {
    const onDisk = join(image(), '/opt/demo', path);
    mkdirSync(dirname(onDisk), { recursive: true });
    writeFileSync(onDisk, text);
    return onDisk;
  };
  const gcc = (output: string, ...args: readonly string[]): void =>
    void execFileSync('gcc', ['-o', join(image(), '/opt/demo/usr/bin', output), join(base, 'main.c'), ...args]);

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'checks-'));
    for (const folder of ['image/opt/demo/usr/bin', 'staging/opt/demo/usr/lib'])
      mkdirSync(join(base, folder), { recursive: true });
    writeFileSync(join(base, 'main.c'), 'int main(void) { return 0; }\n');
    gcc('good', '-Wl,-rpath,/opt/demo/usr/lib:$ORIGIN/../lib');
    gcc('stack', '-z', 'execstack');
    gcc('here', '-Wl,-rpath,.');
    gcc('build', '-Wl,-rpath,/var/tmp/portage/a/b-1/work/lib');
    gcc('lazy', '-Wl,-z,lazy');
    gcc('now', '-Wl,-z,now');
    for (const name of ['lazy', 'now']) chmodSync(join(image(), '/opt/demo/usr/bin', name), 0o4755);
    write('usr/lib/liba.la', "libdir='/opt/demo/usr/lib'\n");
    write('usr/lib/pkgconfig/a.pc', 'prefix=/var/tmp/portage/a/b-1/image/opt/demo\n');
    write('usr/lib/pkgconfig/b.pc', 'prefix=/opt/demo\n');
    write('usr/man/man1/a.1');
    write('run/a.pid');
    write('var/cache/.keep_a_b-0');
    writeFileSync(join(base, 'staging/opt/demo/usr/lib/libz.so.1'), '');
    for (const [name, target] of [
      ['in-staging', 'libz.so.1'],
      ['absolute', '/opt/demo/usr/bin/good'],
      ['into-work', '/var/tmp/portage/a/b-1/image/opt/demo/usr/bin/good'],
      ['nowhere', 'libnone.so'],
      ['of-host', '/etc/localtime'],
    ] as const)
      symlinkSync(target, join(image(), '/opt/demo/usr/lib', name));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('find what is wrong, and nothing else', async () => {
    const entries = await readImage(image());
    const notices = await checkImage({
      imageDir: image(),
      eprefix: '/opt/demo',
      entries,
      elfs: await scanElfFiles(image(), entries),
      stagingRoot: join(base, 'staging'),
      buildPaths: ['/var/tmp/portage/a/b-1'],
    });
    const found = Object.fromEntries(
      notices.map(({ check, text }) => [
        check,
        text
          .split('\n')
          .slice(1)
          .map((line) => line.trim().replace('/opt/demo/', '')),
      ]),
    );
    expect(found).toEqual({
      'exec-stack': ['usr/bin/stack'],
      'run-path': ['usr/bin/build', 'usr/bin/here'],
      'lazy-binding': ['usr/bin/lazy'],
      'libtool-archive': ['usr/lib/liba.la'],
      'build-path': ['usr/lib/pkgconfig/a.pc'],
      'broken-link': [
        'usr/lib/into-work -> /var/tmp/portage/a/b-1/image/opt/demo/usr/bin/good',
        'usr/lib/nowhere -> libnone.so',
      ],
      'unusual-place': ['run/a.pid', 'usr/man/man1/a.1'],
    });
  });
});

describe.skipIf(sandbox.kind === 'unusable')('an image that is finished', () => {
  let prefix: TinyPrefix;
  beforeEach(() => {
    prefix = new TinyPrefix();
  });
  afterEach(() => prefix.remove());

  it('is run by interpreters of staging, has no empty directories, and says what is odd', async () => {
    prefix.ebuild('app-shells/sh-1', 'src_install() { exeinto /bin; newexe - sh <<< elf; }');
    prefix.ebuild(
      'app-misc/one-1',
      `src_install() { exeinto /usr/bin; newexe - one <<< '#!/bin/sh'; newexe - two <<< '#!/usr/bin/perl';
         dodir /usr/share/empty/deep /var/lib/one; keepdir /var/lib/kept; dosym nowhere /usr/bin/link; }`,
    );

    expect(await prefix.build(['app-shells/sh-1', 'app-misc/one-1'], { limits: { jobs: 1 } })).toEqual({
      kind: 'succeeded',
    });
    for (const root of [prefix.place.stagingEroot, prefix.place.finalEroot]) {
      expect(readFileSync(join(root, 'usr/bin/one'), 'utf8')).toBe('#!/opt/demo/bin/sh\n');
      expect(readFileSync(join(root, 'usr/bin/two'), 'utf8')).toBe('#!/usr/bin/perl\n');
      expect(['usr/share', 'var/lib/one', 'var/lib/kept'].map((path) => existsSync(join(root, path)))).toEqual([
        false,
        false,
        true,
      ]);
    }
    expect(prefix.notices().map(({ id, check }) => `${id} ${check}`)).toEqual([
      'staging|app-misc/one-1 shebang',
      'staging|app-misc/one-1 empty-directory',
      'staging|app-misc/one-1 broken-link',
    ]);
  });
});
