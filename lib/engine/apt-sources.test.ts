import { describe, expect, it } from 'vitest';
import {
  distributionSources,
  formatSourceStanzas,
  parseDeb822Sources,
  parseOneLineSources,
  parseSourceRecords,
  withSuites,
} from './apt-sources';

const deb822 = `# comment
Types: deb
URIs: http://archive.invalid/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
Enabled: no
URIs: http://archive.invalid/off
Suites: bookworm
Components: main

Types: deb
URIs: https://other.invalid/node
Suites: nodistro
Components: main
Architectures: amd64
`;

describe('sources for source packages', () => {
  it('come from deb822 stanzas, without other vendors and disabled ones', () => {
    const sources = distributionSources(parseDeb822Sources(deb822), 'bookworm');
    expect(formatSourceStanzas(sources)).toBe(`Types: deb-src
URIs: http://archive.invalid/debian
Suites: bookworm
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb-src
URIs: http://archive.invalid/debian
Suites: bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg
`);
  });

  it('come from one-line files, with the options that matter', () => {
    const [source] = parseOneLineSources(
      '# deb http://no.invalid x main\ndeb [arch=amd64 signed-by=/k.gpg] http://a.invalid/ubuntu noble main universe # c\n',
    );
    expect(source).toEqual({
      uri: 'http://a.invalid/ubuntu',
      suite: 'noble',
      components: ['main', 'universe'],
      options: new Map([['signed-by', '/k.gpg']]),
    });
  });

  it('use an index past its date where a suite moves on', () => {
    const sources = parseOneLineSources('deb http://a.invalid/debian bookworm main\n');
    const text = formatSourceStanzas(withSuites(sources, ['trixie', 'sid'], (suite) => suite === 'sid'));
    expect(text.split('\n\n').map((stanza) => /Check-Valid-Until: no/.test(stanza))).toEqual([false, false, true]);
  });

  it('get the suites that hints name', () => {
    const sources = distributionSources(parseDeb822Sources(deb822), 'bookworm');
    expect(withSuites(sources, ['bookworm', 'trixie']).map(({ suite }) => suite)).toEqual([
      'bookworm',
      'bookworm-updates',
      'trixie',
    ]);
  });

  it('are all taken when none fits the code name', () => {
    expect(distributionSources(parseDeb822Sources(deb822), 'sid')).toHaveLength(3);
  });
});

it('reads the records of apt-cache showsrc', () => {
  const text = `Package: less
Version: 590-2
Files:
 aa 352574 less_590.orig.tar.gz
Checksums-Sha256:
 bb 352574 less_590.orig.tar.gz
 cc 23852 less_590-2.debian.tar.xz

Package: less
Version: 668-1
Files:
 aa 12 less_668.orig.tar.gz
`;
  expect(parseSourceRecords(text)).toEqual([
    {
      version: '590-2',
      files: [
        { name: 'less_590.orig.tar.gz', sizeBytes: 352574 },
        { name: 'less_590-2.debian.tar.xz', sizeBytes: 23852 },
      ],
    },
    { version: '668-1', files: [{ name: 'less_668.orig.tar.gz', sizeBytes: 12 }] },
  ]);
});
