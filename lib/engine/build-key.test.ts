import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildKeyInput, buildKey } from './build-key';
import type { EbuildFacts } from './ebuild-facts';

let base: string;
let count = 0;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'build-key-'));
});
afterEach(() => rmSync(base, { recursive: true }));

/** Facts of an ebuild in a tree of its own. `files`: below `files/`; null makes a directory. */
function factsOf(files: Readonly<Record<string, string | null>>, more: Partial<EbuildFacts> = {}): EbuildFacts {
  const repositoryLocation = join(base, `tree-${count++}`);
  const ebuild = join(repositoryLocation, 'app-misc/tool/tool-1.ebuild');
  for (const [name, text] of Object.entries({ '../tool-1.ebuild': 'EAPI=8\n', ...files })) {
    const path = join(dirname(ebuild), 'files', name);
    mkdirSync(text === null ? path : dirname(path), { recursive: true });
    if (text !== null) writeFileSync(path, text);
  }
  return {
    ebuild,
    repository: 'tree',
    repositoryLocation,
    mirrorLocations: [],
    eclassDirs: [],
    metadata: { EAPI: '8', SLOT: '0' },
    use: ['amd64'],
    iuseImplicit: ['amd64'],
    isImplicitFlag: () => false,
    variables: { CFLAGS: '-O2' },
    ...more,
  };
}

const keyOf = (facts: EbuildFacts, shared?: BuildKeyInput['shared']): Promise<string> =>
  buildKey({
    cpv: 'app-misc/tool-1',
    facts,
    chost: 'x86_64-cros-linux-gnu',
    eprefix: '/opt/demo',
    distfiles: [],
    dependencyKeys: [],
    toolchain: 'gcc',
    patches: '',
    hooks: '',
    shared,
  });

const forAll = { eclasses: '', hostProvided: [], hostNames: {} };

describe('a build key', () => {
  it('is the same for the same content', async () => {
    expect(await keyOf(factsOf({ a: '1', 'd/b': '2' }))).toBe(await keyOf(factsOf({ a: '1', 'd/b': '2' })));
  });

  it.each<[string, Readonly<Record<string, string | null>>, Readonly<Record<string, string | null>>]>([
    ['two files, and one that holds both', { a: '1', b: '2' }, { a: '1\0b\0\x002' }],
    ['a file, and an ebuild that goes on with it', { a: '1' }, { '../tool-1.ebuild': 'EAPI=8\n\0a\0\x001' }],
    ['a file in a folder, and beside it', { 'd/x': '1' }, { d: null, x: '1' }],
    ['an empty file, and a folder', { a: '' }, { a: null }],
  ])('tells apart %s', async (_, one, other) => {
    expect(await keyOf(factsOf(one))).not.toBe(await keyOf(factsOf(other)));
  });

  it('has no part that says how much is done at once', async () => {
    const withJobs = (MAKEOPTS: string): Promise<string> => keyOf(factsOf({}, { variables: { MAKEOPTS } }));
    const none = await withJobs('');
    for (const text of ['-j4', '--jobs=2 --load-average=3.5', '-j 8 -l 2', '-j'])
      expect(await withJobs(text)).toBe(none);
    // make takes these as settings and as text of a makefile
    const others = ['-j4 CC=other', 'SHELL=/x', '--eval=all:;x', '-j4x', '-f other', 'goal'];
    expect(new Set([none, ...(await Promise.all(others.map(withJobs)))]).size).toBe(others.length + 1);
  });

  it('has what a tree claims of an ebuild where other prefixes take the package', async () => {
    const claims: readonly Partial<EbuildFacts>[] = [
      {},
      { metadata: { EAPI: '7', SLOT: '0' } },
      { metadata: { EAPI: '8', SLOT: '0', RDEPEND: 'app-misc/evil' } },
      { metadata: { EAPI: '8', SLOT: '0', RESTRICT: 'strip' } },
      { metadata: { EAPI: '8', SLOT: '0', SRC_URI: 'https://example.org/a -> b' } },
      { repository: 'other' },
      { iuseImplicit: ['amd64', 'elibc_musl'] },
    ];
    const keys = await Promise.all(claims.map((more) => keyOf(factsOf({}, more), forAll)));
    expect(new Set(keys).size).toBe(claims.length);
    const spaced = factsOf({}, { metadata: { EAPI: ' 8 ', SLOT: '0', RDEPEND: '', _mtime_: '1', INHERITED: 'x' } });
    expect(await keyOf(spaced, forAll)).toBe(keys[0]);
  });
});
