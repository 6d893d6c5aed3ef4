import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isProtected, protectedName } from './config-protect';
import { neededFiles, scanElfFiles } from './elf-scan';
import { applyInstallMask, isInstallMasked } from './install-mask';
import { readImage } from './read-image';
import { mayStrip, type NotStripped, stripImage } from './strip';

let image: string;

beforeEach(() => {
  image = mkdtempSync(join(tmpdir(), 'image-'));
});
afterEach(() => rmSync(image, { recursive: true, force: true }));

function compile(path: string, source: string, ...args: readonly string[]): void {
  const output = join(image, path);
  mkdirSync(join(output, '..'), { recursive: true });
  execFileSync('gcc', ['-g', '-x', 'c', '-o', output, '-', '-x', 'none', ...args], { input: source });
}

const everything = { restricted: false, include: [], exclude: [], eprefix: '/opt/demo' };
const hasSection = (path: string, section: string): boolean =>
  execFileSync('readelf', ['-SW', join(image, path)])
    .toString()
    .includes(section);

const neverTold = ({ path, said }: NotStripped): never => {
  throw new Error(`${path}: ${said}`);
};

describe('stripping an image', () => {
  it('takes debug data from programs, libraries and archives, and keeps modes', async () => {
    compile('opt/demo/bin/tool', 'int main(void) { return 0; }');
    compile('opt/demo/lib/libx.so', 'int x(void) { return 1; }', '-shared', '-fPIC');
    compile('opt/demo/lib/x.o', 'int x(void) { return 1; }', '-c');
    execFileSync('ar', ['rc', join(image, 'opt/demo/lib/libx.a'), join(image, 'opt/demo/lib/x.o')]);
    writeFileSync(join(image, 'opt/demo/bin/script'), '#!/bin/sh\n'.padEnd(100));
    chmodSync(join(image, 'opt/demo/bin/tool'), 0o4555);
    expect(await stripImage(image, await readImage(image), everything, 'strip', neverTold)).toBe(4);
    for (const path of ['opt/demo/bin/tool', 'opt/demo/lib/libx.so', 'opt/demo/lib/x.o', 'opt/demo/lib/libx.a']) {
      expect(hasSection(path, '.debug_info'), path).toBe(false);
    }
    expect(hasSection('opt/demo/lib/x.o', '.symtab')).toBe(true);
    expect(statSync(join(image, 'opt/demo/bin/tool')).mode & 0o7777).toBe(0o4555);
  });

  it('leaves what strip cannot read as it was, tells it, and strips the others', async () => {
    for (const name of ['a', 'c']) compile(`opt/demo/bin/${name}`, 'int main(void) { return 0; }');
    const good = readFileSync(join(image, 'opt/demo/bin/a'));
    // the header of a program, and nothing of what it promises
    writeFileSync(join(image, 'opt/demo/bin/b'), good.subarray(0, 200));
    const told: NotStripped[] = [];
    await stripImage(image, await readImage(image), everything, 'strip', (file) => told.push(file));
    expect(told.map(({ path }) => path)).toEqual(['/opt/demo/bin/b']);
    expect(told[0]?.said).toMatch(/^strip: .*\/opt\/demo\/bin\/b/);
    expect(readFileSync(join(image, 'opt/demo/bin/b'))).toEqual(good.subarray(0, 200));
    for (const name of ['a', 'c']) expect(hasSection(`opt/demo/bin/${name}`, '.debug_info'), name).toBe(false);
    expect(readdirSync(join(image, 'opt/demo/bin')).sort()).toEqual(['a', 'b', 'c']);
  });

  it('obeys dostrip and RESTRICT=strip', () => {
    expect(mayStrip('/opt/demo/bin/a', everything)).toBe(true);
    expect(mayStrip('/opt/demo/bin/a', { ...everything, exclude: ['/bin'] })).toBe(false);
    expect(mayStrip('/opt/demo/binary', { ...everything, exclude: ['/bin'] })).toBe(true);
    expect(mayStrip('/opt/demo/bin/a', { ...everything, exclude: ['/'] })).toBe(false);
    expect(mayStrip('/opt/demo/bin/a', { ...everything, restricted: true })).toBe(false);
    expect(mayStrip('/opt/demo/bin/a', { ...everything, restricted: true, include: ['/bin/a'] })).toBe(true);
  });
});

it('notes NEEDED, PROVIDES and REQUIRES as Portage does', async () => {
  compile(
    'opt/demo/lib/libx.so.1',
    'int x(void) { return 1; }',
    '-shared',
    '-fPIC',
    '-Wl,-soname,libx.so.1',
    '-nostdlib',
  );
  compile('opt/demo/lib/plugin.so', 'int y(void) { return 2; }', '-shared', '-fPIC', '-nostdlib');
  compile(
    'opt/demo/bin/tool',
    'int main(void) { return 0; }',
    '-Wl,--disable-new-dtags,-rpath,/opt/demo/lib',
    '-Wl,--no-as-needed',
    join(image, 'opt/demo/lib/libx.so.1'),
  );
  compile('opt/demo/bin/static', 'int main(void) { return 0; }', '-static');
  const files = neededFiles(await scanElfFiles(image, await readImage(image)));
  // one line for each ELF file; a library without soname goes by its name: misc-functions.sh and soname_deps.py of Portage
  expect(files.get('NEEDED')?.split('\n')).toEqual([
    '/opt/demo/bin/static ',
    '/opt/demo/bin/tool libx.so.1,libc.so.6',
    '/opt/demo/lib/libx.so.1 ',
    '/opt/demo/lib/plugin.so ',
  ]);
  expect(files.get('NEEDED.ELF.2')?.split('\n')).toEqual([
    'X86_64;/opt/demo/bin/static;;;;x86_64',
    'X86_64;/opt/demo/bin/tool;;/opt/demo/lib;libx.so.1,libc.so.6;x86_64',
    'X86_64;/opt/demo/lib/libx.so.1;libx.so.1;;;x86_64',
    'X86_64;/opt/demo/lib/plugin.so;plugin.so;;;x86_64',
  ]);
  expect(files.get('PROVIDES')).toBe('x86_64: libx.so.1 plugin.so');
  expect(files.get('REQUIRES')).toBe('x86_64: libc.so.6');
});

describe('INSTALL_MASK', () => {
  it.each([
    ['/usr/include', '/opt/demo/usr/include/x.h', true],
    ['/usr/include', '/opt/demo/usr/includes', false],
    ['/usr/include', '/usr/include/x.h', true],
    ['*.a', '/opt/demo/usr/lib64/libx.a', true],
    ['*.a', '/opt/demo/usr/lib64/dir.a/', false],
    ['/foo*/', '/foo', false],
    ['/foo*/', '/foo/', true],
    ['/usr/include -/usr/include/keep.h', '/opt/demo/usr/include/keep.h', false],
    ['-/usr/include/keep.h /usr/include', '/opt/demo/usr/include/keep.h', true],
  ])('%s over %s: %s', (patterns, path, expected) => {
    expect(isInstallMasked(path, '/opt/demo', patterns.split(' '))).toBe(expected);
  });

  it('takes files out and with them the directories that become empty', async () => {
    for (const path of [
      'opt/demo/usr/include/deep/x.h',
      'opt/demo/usr/lib64/libx.a',
      'opt/demo/usr/lib64/libx.so',
      'opt/demo/var/empty/.keep',
    ]) {
      mkdirSync(join(image, path, '..'), { recursive: true });
      writeFileSync(join(image, path), '');
    }
    mkdirSync(join(image, 'opt/demo/var/tmp'));
    const left = await applyInstallMask(image, await readImage(image), '/opt/demo', ['/usr/include', '*.a']);
    expect(left).toEqual(['/opt/demo/usr/include/deep/x.h', '/opt/demo/usr/lib64/libx.a']);
    expect(readdirSync(join(image, 'opt/demo/usr'))).toEqual(['lib64']);
    expect(readdirSync(join(image, 'opt/demo/var'))).toEqual(['empty', 'tmp']);
  });
});

describe('CONFIG_PROTECT', () => {
  it.each([
    ['/etc/passwd', true],
    ['/etc', true],
    ['/etcetera', false],
    ['/etc/env.d/05gcc', false],
    ['/etc/env.d/keep/x', true],
  ])('protects %s: %s', (path, expected) => {
    expect(isProtected(path, { protect: ['/etc', '/etc/env.d/keep'], mask: ['/etc/env.d'] })).toBe(expected);
  });

  it('counts up names until one is free', () => {
    expect(protectedName('/etc/x', new Set())).toBe('/etc/._cfg0000_x');
    expect(protectedName('/etc/x', new Set(['._cfg0000_x', '._cfg0001_x']))).toBe('/etc/._cfg0002_x');
  });
});
