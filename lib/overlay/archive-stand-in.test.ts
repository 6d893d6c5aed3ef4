import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adaptingLines, archiveNames, lacksConfigure, stemOf, upstreamVersion } from './archive-stand-in';

describe('a file that stands in for a distfile', () => {
  it.each([
    ['1:1.3.dfsg+really1.3.1-1', '1.3.1'],
    ['7.88.1-10+deb12u5', '7.88.1'],
    ['3.46.1-7', '3.46.1'],
    ['6.5+20250216-2', '6.5+20250216'],
    ['2.9.14+dfsg-1.3~deb12u1', '2.9.14'],
    ['1.18~ds2-1', '1.18'],
    ['5.2.15', '5.2.15'],
  ])('%s is a packing of %s', (version, upstream) => {
    expect(upstreamVersion(version)).toBe(upstream);
  });

  it('is looked for under the names that packages have there', () => {
    expect(archiveNames('python', '3.13', undefined)).toEqual(['python', 'python3.13', 'libpython']);
    expect(archiveNames('libpcre2', '0/3', undefined)).toEqual(['libpcre2', 'pcre2']);
    expect(archiveNames('sqlite', '3', 'sqlite3')).toEqual(['sqlite3', 'sqlite', 'libsqlite']);
    expect(stemOf('zlib-1.3.1.tar.xz')).toBe('zlib-1.3.1');
    expect(stemOf('fix.patch')).toBe('fix.patch');
  });

  it('is asked for by the ebuild, and only it', () => {
    const lines = adaptingLines({
      from: 'z-1.tar.xz',
      to: 'z_1+dfsg.orig.tar.gz',
      source: 'somewhere',
      top: 'z-1+dfsg',
      isMain: false,
    });
    const script = `P=z-1; WORKDIR=/w; SRC_URI="
      https://a/z-1.tar.xz https://b/z-1.tar.xz sig? ( https://a/z-1.tar.xz.asc ) https://c/x -> z-1.tar.xz"
      ${lines}
      echo $SRC_URI; echo $S`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(
      'https://a/z_1+dfsg.orig.tar.gz https://b/z_1+dfsg.orig.tar.gz sig? ( https://a/z-1.tar.xz.asc ) https://c/x -> z_1+dfsg.orig.tar.gz\n/w/z-1+dfsg\n',
    );
  });

  it.each([
    ['/w/z-73d41c8', '/w/z-1+dfsg'],
    ['/w/z-1/src/lib', '/w/z-1+dfsg/src/lib'],
    ['/w', '/w'],
  ])('has an S of %s look into %s', (before, after) => {
    const lines = adaptingLines({ from: 'z-1.tar.xz', to: 'z.tar', source: 'it', top: 'z-1+dfsg', isMain: true });
    const script = `P=z-1; WORKDIR=/w; S=${before}; SRC_URI=https://a/z-1.tar.xz\n${lines}\necho $S`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(`${after}\n`);
  });

  it('is told apart when its configure has to be made first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    try {
      for (const [name, files] of [
        ['bare', ['configure.ac', 'src/configure']],
        ['ready', ['configure.ac', 'configure']],
        ['plain', ['Makefile']],
      ] as const) {
        for (const file of files) {
          mkdirSync(dirname(join(folder, name, file)), { recursive: true });
          writeFileSync(join(folder, name, file), '');
        }
        execFileSync('tar', ['-C', folder, '-cf', join(folder, `${name}.tar`), name]);
      }
      const answers = ['bare', 'ready', 'plain'].map((name) => lacksConfigure(join(folder, `${name}.tar`), name));
      expect(await Promise.all(answers)).toEqual([true, false, false]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
