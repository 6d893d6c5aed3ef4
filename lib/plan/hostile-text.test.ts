import { describe, expect, it } from 'vitest';
import { parseDeb822Sources, parseOneLineSources, parseSourceRecords } from '../engine/apt-sources';
import { parseIndex } from '../engine/archive-index';
import { parseContents } from '../engine/contents';
import { findFirstError } from '../engine/first-error';
import { isInstallMasked } from '../engine/install-mask';
import { parseManifest } from '../engine/manifest';
import { parseMirrorLayouts, parseThirdPartyMirrors } from '../engine/mirrors';
import { formatNotices, PackageNotices } from '../engine/package-notices';
import { parsePackagesIndex } from '../engine/package-store';
import { cpuMsOf } from '../engine/phases';
import { parseShebang } from '../engine/shebangs';
import { likeness, parseSourcesIndex } from '../engine/source-table';
import { evaluateSourceUri } from '../engine/source-uri';
import { parseContents as inspectContents } from '../inspect/contents';
import { parseSysusers } from '../layout/accounts';
import { parseFileCapabilities } from '../layout/file-capabilities';
import { terminalText, visibleText } from '../layout/visible-text';
import { parseDependency, parseMove, parseRequiredUse, tryParseAtom, tryParseCpv, tryParseVersion } from '../pms';
import { parseConfigLines } from '../repo/config-lines';
import { parseMakeConf } from '../repo/make-conf';
import { parseCacheEntry, parseIuse } from '../repo/metadata';
import { eapiOfEbuild } from '../repo/metadata-driver';
import { parseSections } from '../repo/repos-conf';
import { isGitAddress } from './clone';
import { parsePretend } from './emerge-pretend';
import { filterPackageLines } from './filter-lines';

/** Everything that reads what a stranger wrote: ebuilds, trees, indices, logs, packages. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  parseDeb822Sources,
  parseOneLineSources,
  parseSourceRecords,
  parseSourcesIndex: (text) => [...parseSourcesIndex(text, 'sid')],
  likeness: (text) =>
    likeness('openssl-3.5.tar.gz', { sizeBytes: 1, suite: 'sid', source: text, version: text, file: `${text}.tar.gz` }),
  parseIndex,
  parseContents,
  inspectContents,
  findFirstError: (text) => findFirstError(text.split('\n')),
  notices: (text) => {
    const notices = new PackageNotices(() => undefined);
    notices.take({ level: 'warn', phase: 'install', text });
    notices.flush();
    return formatNotices(notices.told);
  },
  installMask: (text) => isInstallMasked('/opt/demo/usr/lib64/libaaaaaaaa.so', '/opt/demo', [text, `/${text}`]),
  parseManifest,
  parseMirrorLayouts,
  parseThirdPartyMirrors,
  parsePackagesIndex,
  cpuMsOf,
  parseShebang,
  evaluateSourceUri: (text) => evaluateSourceUri(text, null),
  parseSysusers,
  parseFileCapabilities,
  terminalText,
  visibleText,
  parseDependency,
  parseRequiredUse,
  parseMove,
  tryParseAtom: (text) => tryParseAtom(text, { allowWildcard: true }),
  tryParseCpv,
  tryParseVersion,
  parseConfigLines: (text) => parseConfigLines(text, 'package.use'),
  parseMakeConf: (text) => parseMakeConf(text, 'make.conf'),
  parseCacheEntry,
  parseIuse,
  eapiOfEbuild,
  parseSections,
  parsePretend,
  filterPackageLines: (text) => filterPackageLines(text, new Set(['dev-libs/a'])),
  isGitAddress,
};

const pieces = [
  ...['a', '1', '.', ' ', '\t', '\r', '\n', '/', '-', '_', '=', ':', '"', "'", '\\', '#', '@', '*', '[', ']', '{', '$'],
  ...[
    '(',
    ') ',
    '( ',
    'a? ( ',
    '|| ( ',
    'a -> ',
    ' -> b',
    'a/b ',
    '1.1',
    '-1',
    '_p1',
    'ld',
    ': a',
    '\x1b]',
    '\x1b[',
    'A=',
  ],
  ...['a}', '"a" ', 'a\\\n', '0m', ' a\n', 'a: b\n', '[a]\n', '\n\n', '*a', '[ebuild '],
];
/** What a reader wants to see before it looks at the rest. */
const heads: Readonly<Record<string, readonly string[]>> = {
  parseOneLineSources: ['deb ', 'deb [a] b '],
  parseSourceRecords: ['Version: 1\nFiles: '],
  parseSourcesIndex: ['Package: a\nVersion: '],
  parseContents: ['sym /', 'obj /'],
  inspectContents: ['sym /', 'obj /'],
  findFirstError: ['line 1: ', 'ld: ', 'configure: error: ', 'tar: '],
  parseManifest: ['DIST a 1 ', 'DIST '],
  parseMirrorLayouts: ['[structure]\n0='],
  parsePackagesIndex: ['\n\nCPV: '],
  parseShebang: ['#!/', '#!/bin/sh '],
  parseSysusers: ['u a ', 'u "'],
  tryParseAtom: ['>=a/', 'a/b:', 'a/b['],
  tryParseCpv: ['a/b-1'],
  parseMakeConf: ['A="', "A='", 'A='],
  eapiOfEbuild: ['EAPI='],
  parsePretend: ['[ebuild ', '[ebuild N] a/b-1 '],
  parseMove: ['move ', 'slotmove '],
  isGitAddress: ['git@', 'ssh://'],
};
const tails = ['', '!', '\ra'];
const shortLength = 1000;
const longLength = 10 * shortLength;

function cpuMsFor(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  try {
    read(text);
  } catch {
    // a refusal is an answer
  }
  return process.cpuUsage(before).user / 1000;
}

const best = (read: (text: string) => unknown, text: string): number =>
  Math.min(...Array.from({ length: 4 }, () => cpuMsFor(read, text)));

/** Ten times the text may cost thirty times; what is over in no time costs nothing. */
function isSuperLinear(read: (text: string) => unknown, make: (length: number) => string): boolean {
  const unnoticedMs = 20;
  const long = make(longLength);
  if (cpuMsFor(read, long) < unnoticedMs) return false;
  const cost = best(read, long);
  return cost >= unnoticedMs && cost > 30 * best(read, make(shortLength));
}

describe('text of strangers', () => {
  it.each(Object.entries(readers))('%s needs time in proportion to its length', (name, read) => {
    const slow = ['', ...(heads[name] ?? [])].flatMap((head) =>
      pieces.flatMap((piece) =>
        tails.flatMap((tail) => {
          const make = (length: number): string => head + piece.repeat(Math.ceil(length / piece.length)) + tail;
          return isSuperLinear(read, make) ? [JSON.stringify([head, piece, tail])] : [];
        }),
      ),
    );
    expect(slow).toEqual([]);
  });

  it('tells a reader that goes back and forth', () => {
    expect(
      isSuperLinear(
        (text) => /a*$/.exec(text),
        (length) => `${'a'.repeat(length)}!`,
      ),
    ).toBe(true);
  });
});
