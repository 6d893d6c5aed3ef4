import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isElf, parseElf } from './elf';
import { readElfFile } from './file-bytes';

let folder = '';
const gcc = (...args: string[]) => execFileSync('gcc', args, { cwd: folder });
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'elf-'));
  writeFileSync(join(folder, 'lib.c'), 'int f(void) { return 1; }\n');
  writeFileSync(join(folder, 'main.c'), 'int f(void); int main(void) { return f(); }\n');
  gcc('-shared', '-fPIC', '-Wl,-soname,libf.so.7', '-o', 'libf.so', 'lib.c');
  gcc(
    '-o',
    'main',
    'main.c',
    '-L.',
    '-lf',
    '-Wl,--disable-new-dtags,-rpath,/opt/a/lib:/opt/b/lib',
    '-Wl,--dynamic-linker=/opt/a/lib/ld.so',
  );
  gcc('-o', 'runpath', 'main.c', '-L.', '-lf', '-Wl,--enable-new-dtags,-rpath,/opt/c', '-z', 'execstack');
  gcc('-c', '-o', 'main.o', 'main.c');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const facts = (name: string) => parseElf(readFileSync(join(folder, name)));

describe('an ELF file', () => {
  it('tells soname and kind of a shared library', () => {
    expect(facts('libf.so')).toMatchObject({ soname: 'libf.so.7', type: 'DYN', interpreter: null, dynamic: true });
  });

  it('tells interpreter, needed libraries and RPATH of a program', () => {
    expect(facts('main')).toMatchObject({
      interpreter: '/opt/a/lib/ld.so',
      needed: ['libf.so.7', 'libc.so.6'],
      rpath: ['/opt/a/lib', '/opt/b/lib'],
      runpath: [],
      executableStack: false,
    });
  });

  it('keeps RUNPATH apart from RPATH and sees an executable stack', () => {
    expect(facts('runpath')).toMatchObject({ rpath: [], runpath: ['/opt/c'], executableStack: true });
  });

  it('sees when symbols are bound', () => {
    const link = (name: string, ...flags: string[]) => {
      execFileSync('gcc', ['-o', name, 'main.c', '-L.', '-lf', ...flags], { cwd: folder });
      return facts(name)?.bindNow;
    };
    expect(link('lazy', '-Wl,-z,lazy')).toBe(false);
    expect(link('now', '-Wl,-z,now')).toBe(true);
  });

  it('knows a relocatable object', () => {
    expect(facts('main.o')).toMatchObject({ type: 'REL', dynamic: false, needed: [] });
  });

  it('agrees with readelf on NEEDED of the compiler', () => {
    const path = execFileSync('gcc', ['-print-prog-name=cc1'], { encoding: 'utf8' }).trim();
    const wanted = execFileSync('readelf', ['-dW', path], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    expect(parseElf(readFileSync(path))?.needed).toEqual([...wanted.matchAll(/NEEDED.*\[(.*)\]/g)].map((m) => m[1]));
  });

  it('is refused when cut off at any byte, without an exception', () => {
    const whole = readFileSync(join(folder, 'main'));
    for (let length = 0; length < 4096; length += 7) expect(() => parseElf(whole.subarray(0, length))).not.toThrow();
    expect(parseElf(whole.subarray(0, 60))).toBeNull();
    expect(isElf(new TextEncoder().encode('#!/bin/sh'))).toBe(false);
  });
});

describe('an ELF file that a stranger made', () => {
  const change = (name: string, edit: (bytes: Buffer) => void): string => {
    const path = join(folder, name);
    const bytes = readFileSync(join(folder, 'main'));
    edit(bytes);
    writeFileSync(path, bytes);
    return path;
  };

  it('is read in parts with the same result', () => {
    for (const name of ['libf.so', 'main', 'runpath', 'main.o']) {
      expect(readElfFile(join(folder, name))).toEqual(facts(name));
    }
  });

  it('may be of any size', () => {
    const path = change('giant', () => {});
    truncateSync(path, 2 ** 40);
    expect(readElfFile(path)).toEqual(facts('main'));
  });

  it('may point anywhere', () => {
    const strange = (at: number, value: bigint) => change('strange', (bytes) => bytes.writeBigUInt64LE(value, at));
    for (const value of [0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 64n - 1n]) {
      expect(() => readElfFile(strange(32, value)), `program headers at ${value}`).not.toThrow();
    }
    for (let at = 64; at < 64 + 56 * 13; at += 8) expect(() => readElfFile(strange(at, 2n ** 64n - 1n))).not.toThrow();
  });

  it('has each search path once, and not more of them than anybody needs', () => {
    const paths = (count: number) => Array.from({ length: count }, (_, at) => (at + 36).toString(36));
    gcc('-o', 'twice', 'main.c', '-L.', '-lf', '-Wl,--disable-new-dtags,-rpath,/a:/b:/a');
    expect(facts('twice')).toMatchObject({ rpath: ['/a', '/b'] });
    gcc('-o', 'many', 'main.c', '-L.', '-lf', `-Wl,--disable-new-dtags,-rpath,${paths(700).join(':')}`);
    expect(facts('many')?.rpath).toHaveLength(700);
    gcc('-o', 'more', 'main.c', '-L.', '-lf', `-Wl,--disable-new-dtags,-rpath,${paths(1100).join(':')}`);
    expect(facts('more')).toBeNull();
  });

  it('is not looked for behind links', () => {
    symlinkSync('main', join(folder, 'link'));
    expect(() => readElfFile(join(folder, 'link'))).toThrow('ELOOP');
  });
});
