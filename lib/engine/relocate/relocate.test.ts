import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../host/find-program';
import { readElfFile } from '../../inspect/file-bytes';
import { placeholderPath, whyNoRoom } from './placeholder';
import { byteCodeTie, sourceOfByteCode, withSourceSize } from './python-code';
import { namesPlaceholder } from './rewrite-bytes';
import { rewriteElf } from './rewrite-elf';
import { rewriteContent } from './rewrite-file';

const path = '/opt/s';
const filled = path.padEnd(placeholderPath.length, '/');

function rewritten(bytes: Buffer): Buffer {
  const result = rewriteContent(bytes, path);
  if (result.kind !== 'rewritten') throw new Error(`${result.kind}: ${JSON.stringify(result)}`);
  return result.bytes;
}

describe('the placeholder', () => {
  it('has room for every path that a design may name', () => {
    expect(placeholderPath).toHaveLength(96);
    expect(whyNoRoom(`/opt/${'x'.repeat(91)}`)).toBeNull();
    expect(whyNoRoom(`/opt/${'x'.repeat(92)}`)).toMatch(/97 characters/);
  });

  it('is recognised by any eight bytes of its tail, also in capitals and wide characters', () => {
    const tail = placeholderPath.slice('/opt/relocatable_'.length);
    for (let at = 0; at + 8 <= tail.length; at += 1) {
      expect(namesPlaceholder(Buffer.from(`mov ${tail.slice(at, at + 8)}`)), `${at}`).toBe(true);
    }
    expect(namesPlaceholder(Buffer.from(tail.toUpperCase()))).toBe(true);
    expect(namesPlaceholder(Buffer.from(tail, 'utf16le'))).toBe(true);
    expect(namesPlaceholder(Buffer.from('/opt/relocatable_'))).toBe(false);
  });
});

describe('rewriting a file', () => {
  it('leaves alone what does not name the placeholder', () => {
    expect(rewriteContent(Buffer.from('prefix=/opt/other\n'), path).kind).toBe('untouched');
  });

  it('writes the path into text', () => {
    const text = `#!${placeholderPath}/bin/sh\nprefix=${placeholderPath}/usr\nx="${placeholderPath}"\n`;
    expect(rewritten(Buffer.from(text)).toString()).toBe(`#!/opt/s/bin/sh\nprefix=/opt/s/usr\nx="/opt/s"\n`);
  });

  it('keeps every length and place in binary files', () => {
    const bytes = Buffer.from(`\0\x68${placeholderPath}/share/lua\0next`, 'latin1');
    const result = rewritten(bytes);
    expect(result.toString('latin1')).toBe(`\0\x68${filled}/share/lua\0next`);
  });

  it('knows wide characters', () => {
    const wide = Buffer.from(`${placeholderPath}/lib\0`, 'utf16le');
    expect(rewritten(wide).toString('utf16le')).toBe(`${filled}/lib\0`);
  });

  it('rewrites what gzip packed, to the same bytes each time', () => {
    const page = gzipSync(Buffer.from(`.I ${placeholderPath}/etc/lessrc\n`));
    expect(gunzipSync(rewritten(page)).toString()).toBe('.I /opt/s/etc/lessrc\n');
    expect(rewritten(page)).toEqual(rewritten(page));
    expect(rewriteContent(gzipSync(Buffer.from('nothing')), path).kind).toBe('untouched');
  });

  const half = placeholderPath.slice(20, 60);
  it.each([
    ['a piece of the path, as compilers put it into instructions', Buffer.from(`\0\0${half}\0`, 'latin1'), /a piece/],
    ['a path that is quoted', Buffer.from(placeholderPath.replaceAll('/', '\\/')), /a piece/],
    ['gzip data that is cut off', gzipSync(Buffer.from(placeholderPath)).subarray(0, 30), /looked into/],
    ['an SQLite database', Buffer.from(`SQLite format 3\0${placeholderPath}\0`), /SQLite/],
    ['a tar archive', Buffer.concat([Buffer.from(placeholderPath.padEnd(257, '\0')), Buffer.from('ustar\0')]), /tar/],
    ['a zip archive', Buffer.from(`PK\x03\x04${placeholderPath}\0`, 'latin1'), /zip/],
  ])('refuses %s', (_what, bytes, reason) => {
    expect(rewriteContent(bytes, path)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  it('stops at what unpacks to too much', () => {
    const bomb = gzipSync(Buffer.alloc(80 << 20));
    expect(rewriteContent(bomb, path)).toMatchObject({ kind: 'refused' });
  });
});

describe('byte code of Python', () => {
  it('is found beside its source', () => {
    expect(sourceOfByteCode('/x/__pycache__/os.cpython-311.opt-1.pyc')).toBe('/x/os.py');
    expect(sourceOfByteCode('/x/os.pyc')).toBe('/x/os.py');
    expect(sourceOfByteCode('/x/os.py')).toBeNull();
  });

  it('is told the new size of its source when it looks at that', () => {
    const code = (flags: number): Buffer => Buffer.from([0xa7, 0x0d, 0x0d, 0x0a, flags, 0, 0, 0, ...Array(12).fill(0)]);
    expect([0, 1, 3].map((flags) => byteCodeTie(code(flags)))).toEqual(['size', 'none', 'hash']);
    expect(withSourceSize(code(0), 4711).readUInt32LE(12)).toBe(4711);
  });
});

const gcc = findProgram('gcc');

describe.skipIf(gcc === null)(`ELF files${gcc === null ? ' (skipped: no gcc)' : ''}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'relocate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** `tail`: a symbol whose name a linker may store inside of the search path */
  function build(tail: string): string {
    const file = join(folder, `lib${tail}.so`);
    const source = join(folder, `${tail}.c`);
    writeFileSync(
      source,
      `#include <string.h>
       const char *whole(void) { return "${placeholderPath}/share/lua"; }
       const char *inner(void) { return "share/lua"; }
       int length(void) { return sizeof("${placeholderPath}/etc") - 1; }
       int ${tail}(void) { return 1; }\n`,
    );
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', file, source, `-Wl,-rpath,${placeholderPath}/usr/lib64`]);
    return file;
  }

  it('get a search path of its own length, and strings of the old length', () => {
    const file = build('plain');
    const bytes = readFileSync(file);
    rewriteElf(bytes, path);
    const moved = join(folder, 'moved.so');
    writeFileSync(moved, bytes);
    expect(readElfFile(moved)?.runpath).toEqual(['/opt/s/usr/lib64']);
    expect(namesPlaceholder(bytes)).toBe(false);
    expect(bytes.includes(`${filled}/share/lua\0`)).toBe(true);
    expect(bytes).toHaveLength(readFileSync(file).length);
  });

  it('keep the length of a search path in whose end a symbol has its name', () => {
    const bytes = readFileSync(build('b64'));
    const program = join(folder, 'program');
    writeFileSync(join(folder, 'main.c'), 'int b64(void); int main(void) { return b64() == 1 ? 0 : 1; }');
    execFileSync('gcc', ['-o', program, join(folder, 'main.c'), join(folder, 'libb64.so')]);
    mkdirSync(join(folder, 'out'), { recursive: true });
    rewriteElf(bytes, path);
    writeFileSync(join(folder, 'libb64.so'), bytes);
    expect(readElfFile(join(folder, 'libb64.so'))?.runpath[0]?.replace(/\/+/g, '/')).toBe('/opt/s/usr/lib64');
    // the loader still finds the symbol
    execFileSync(program, [], { env: { ...process.env, LD_LIBRARY_PATH: folder } });
  });

  it('with nonsense offsets cost no more than their size', () => {
    const bytes = readFileSync(join(folder, 'libplain.so'));
    for (let at = 16; at < 64; at += 1) bytes[at] = 0xff;
    rewriteElf(bytes, path);
    expect(namesPlaceholder(bytes)).toBe(false);
  });
});
