import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImage } from './read-image';
import { parseShebang, prefixShebangs } from './shebangs';

describe('the interpreter line', () => {
  it.each([
    ['#!/bin/sh\nrest', '/bin/sh', ''],
    ['#! /bin/sh -e\n', '/bin/sh', '-e'],
    ['#!\t/usr/bin/env\tpython3 \r\n', '/usr/bin/env', 'python3'],
    ['#!/usr/bin/perl -w -T', '/usr/bin/perl', '-w -T'],
  ])('%j', (head, interpreter, argument) => {
    expect(parseShebang(head)).toMatchObject({ interpreter, argument });
  });
  it.each(['', '# !/bin/sh', '#!', '#!sh', ' #!/bin/sh', '#!\n/bin/sh'])('is none: %j', (head) => {
    expect(parseShebang(head)).toBeNull();
  });
});

describe('scripts of an image', () => {
  let base: string;
  const prefix = '/opt/demo';
  const write = (root: string, path: string, text: string, mode = 0o755): string => {
    const onDisk = join(base, root, prefix, path);
    mkdirSync(dirname(onDisk), { recursive: true });
    writeFileSync(onDisk, text, 'latin1');
    chmodSync(onDisk, mode);
    return onDisk;
  };
  const run = async () => {
    const image = join(base, 'image');
    return prefixShebangs(image, await readImage(image), { root: join(base, 'staging'), eprefix: prefix });
  };

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'shebangs-'));
    for (const folder of ['image/opt/demo', 'staging/opt/demo']) mkdirSync(join(base, folder), { recursive: true });
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('are run by what staging or the image itself has; bytes, modes and hard links stay', async () => {
    write('staging', 'usr/bin/bash', 'elf');
    symlinkSync('usr/bin', join(base, 'staging/opt/demo/bin'));
    symlinkSync('bash', join(base, 'staging/opt/demo/usr/bin/sh'));
    write('image', 'usr/bin/lua5.4', 'elf');
    const cases: Readonly<Record<string, readonly [before: string, after: string]>> = {
      'usr/bin/a': ['#!/bin/sh\n\xff\0x', '#!/opt/demo/bin/sh\n\xff\0x'],
      'usr/bin/b': ['#! /bin/sh -e\nb', '#!/opt/demo/bin/sh -e\nb'],
      'usr/bin/c': ['#!/usr/bin/env lua5.4\r\nc', '#!/opt/demo/usr/bin/lua5.4\nc'],
      'usr/bin/d': ['#!/usr/bin/env -S lua5.4 -E\nd', '#!/opt/demo/usr/bin/lua5.4 -E\nd'],
      'usr/bin/e': ['#!/usr/local/bin/lua5.4', '#!/opt/demo/usr/bin/lua5.4'],
      'usr/share/x/config.guess': ['#!/bin/sh\nf', '#!/opt/demo/bin/sh\nf'],
    };
    for (const [path, [before]] of Object.entries(cases)) write('image', path, before, 0o4555);
    linkSync(join(base, 'image/opt/demo/usr/bin/a'), join(base, 'image/opt/demo/usr/bin/a-too'));
    write('image', 'usr/share/doc/not-run', '#!/bin/sh\n', 0o644);
    const { changed, notices } = await run();
    expect(notices).toEqual([]);
    expect(changed.map(({ path }) => path.slice(prefix.length + 1)).sort()).toEqual(Object.keys(cases).sort());
    for (const [path, [, after]] of Object.entries(cases)) {
      const onDisk = join(base, 'image/opt/demo', path);
      expect(readFileSync(onDisk, 'latin1')).toBe(after);
      expect(statSync(onDisk).mode & 0o7777).toBe(0o4555);
    }
    expect(readFileSync(join(base, 'image/opt/demo/usr/bin/a-too'), 'latin1')).toContain('#!/opt/demo/bin/sh');
    expect(readFileSync(join(base, 'image/opt/demo/usr/share/doc/not-run'), 'utf8')).toBe('#!/bin/sh\n');
  });

  it('keep an interpreter of the host when the prefix has none, which is told with its package', async () => {
    for (const name of ['bzdiff', 'bzgrep']) write('image', `usr/bin/${name}`, '#!/bin/sh\n');
    write('image', 'usr/libexec/tool', '#!/usr/bin/env python3.11\n');
    write('image', 'usr/bin/unknown', '#!/usr/bin/nobody-knows\n');
    const { changed, notices } = await run();
    expect(changed).toEqual([]);
    expect(notices.map(({ text }) => text)).toEqual([
      'Run by `/bin/sh` of the host: the prefix has none. `app-shells/bash` would bring it; build it first, and these scripts are run by it. Portage would not install this package without it.\n  /opt/demo/usr/bin/bzdiff\n  /opt/demo/usr/bin/bzgrep',
      'Run by `/usr/bin/nobody-knows` of the host: the prefix has none. Portage would not install this package without it.\n  /opt/demo/usr/bin/unknown',
      'Run by `/usr/bin/env python3.11` of the host: the prefix has none. `dev-lang/python` would bring it; build it first, and these scripts are run by it.\n  /opt/demo/usr/libexec/tool',
    ]);
    expect(new Set(notices.map(({ check }) => check))).toEqual(new Set(['shebang']));
  });

  it('may name an interpreter of the prefix that is nowhere, which is told', async () => {
    write('image', 'usr/bin/script', '#!/opt/demo/usr/bin/perl -w\n');
    expect((await run()).notices.map(({ text }) => text)).toEqual([
      'Cannot be started: `/opt/demo/usr/bin/perl` is neither in the package nor in staging. `dev-lang/perl` would bring it; build it first, and these scripts are run by it. Portage would not install this package without it.\n  /opt/demo/usr/bin/script',
    ]);
  });

  it('stay as they are when the build machine runs them', async () => {
    write('staging', 'bin/sh', 'elf');
    const wrapper = write('image', 'usr/libexec/c-toolchain/bin/gcc', '#!/bin/sh\n');
    expect(await run()).toEqual({ changed: [], notices: [] });
    expect(readFileSync(wrapper, 'utf8')).toBe('#!/bin/sh\n');
  });

  it('are followed by no link out of the image', async () => {
    const outside = join(base, 'outside');
    writeFileSync(outside, '#!/bin/sh\n', { mode: 0o755 });
    write('image', 'bin/sh', 'elf');
    mkdirSync(join(base, 'image/opt/demo/usr/bin'), { recursive: true });
    symlinkSync(outside, join(base, 'image/opt/demo/usr/bin/link'));
    expect((await run()).changed).toEqual([]);
    expect(readFileSync(outside, 'utf8')).toBe('#!/bin/sh\n');
  });
});
