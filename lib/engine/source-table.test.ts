import { describe, expect, it } from 'vitest';
import { type ArchiveFile, likelyFiles, parseSourcesIndex } from './source-table';

const index = `Package: openssl
Binary: openssl, libssl-dev
Version: 3.5.7-1~deb13u2
Checksums-Sha256:
 aa 2612 openssl_3.5.7-1~deb13u2.dsc
 bb 53153930 openssl_3.5.7.orig.tar.gz
 cc 833 openssl_3.5.7.orig.tar.gz.asc
Files:
 dd 53153930 openssl_3.5.7.orig.tar.gz

Package: nothing

Package: mpclib3
Version: 1.3.1-1
Checksums-Sha256:
 ee 773573 mpclib3_1.3.1.orig.tar.gz
`;

const file = (source: string, version: string, name: string, sizeBytes = 500): ArchiveFile => ({
  sizeBytes,
  suite: 'trixie',
  source,
  version,
  file: name,
});

it('reads the files of source packages, each once and without descriptions', () => {
  expect(
    [...parseSourcesIndex(index, 'trixie')].map(({ source, version, file, sizeBytes }) => [
      source,
      version,
      file,
      sizeBytes,
    ]),
  ).toEqual([
    ['openssl', '3.5.7-1~deb13u2', 'openssl_3.5.7.orig.tar.gz', 53153930],
    ['openssl', '3.5.7-1~deb13u2', 'openssl_3.5.7.orig.tar.gz.asc', 833],
    ['mpclib3', '1.3.1-1', 'mpclib3_1.3.1.orig.tar.gz', 773573],
  ]);
});

describe('a file of the same size', () => {
  it.each([
    ['mpc-1.3.1.tar.gz', file('mpclib3', '1.3.1-1', 'mpclib3_1.3.1.orig.tar.gz')],
    ['jsoncpp-1.9.6.tar.gz', file('libjsoncpp', '1.9.6-3', 'libjsoncpp_1.9.6.orig.tar.gz')],
    ['less-668.tar.gz', file('less', '668-1', 'less_668.orig.tar.gz')],
    ['libevent-2.1.13-stable.tar.gz', file('libevent', '2.1.13-stable-1', 'libevent_2.1.13-stable.orig.tar.gz')],
    ['Python-2.7.18.tar.xz', file('pypy3', '7.3.11+dfsg-2', 'pypy3_7.3.11+dfsg.orig-cpython27.tar.xz', 12_854_736)],
    ['openssl-3.5.7.tar.gz.asc', file('openssl', '3.5.7-1', 'openssl_3.5.7.orig.tar.gz.asc', 833)],
  ])('may be %s', (name, candidate) => {
    expect(likelyFiles(name, candidate.sizeBytes, [candidate])).toEqual([candidate]);
  });

  it.each([
    ['of another compression', 'less-668.tar.xz', file('less', '668-1', 'less_668.orig.tar.gz')],
    ['of another name and version', 'foo-1.tar.gz', file('bar', '2-1', 'bar_2.orig.tar.gz')],
    ['of a version that only contains it', 'foo-3.10.20.tar.gz', file('bar', '0.2.0-1', 'bar_0.2.0.orig.tar.gz')],
    [
      'that is the signature of something else',
      'Python-3.10.20.tar.xz.asc',
      file('python-test-stages', '0.2.0-3', 'python-test-stages_0.2.0.orig.tar.gz.asc', 833),
    ],
    ['that is a patch', 'fix.patch', file('fix', '1-1', 'fix_1.orig.tar.gz')],
  ])('%s is not taken', (_, name, candidate) => {
    expect(likelyFiles(name, candidate.sizeBytes, [candidate])).toEqual([]);
  });
});
