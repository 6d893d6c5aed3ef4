import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { adaptingLines, archiveNames, stemOf, upstreamVersion } from './archive-stand-in';

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
    });
    const script = `P=z-1; WORKDIR=/w; SRC_URI="
      https://a/z-1.tar.xz https://b/z-1.tar.xz sig? ( https://a/z-1.tar.xz.asc ) https://c/x -> z-1.tar.xz"
      ${lines}
      echo $SRC_URI; echo $S`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(
      'https://a/z_1+dfsg.orig.tar.gz https://b/z_1+dfsg.orig.tar.gz sig? ( https://a/z-1.tar.xz.asc ) https://c/x -> z_1+dfsg.orig.tar.gz\n/w/z-1+dfsg\n',
    );
  });
});
