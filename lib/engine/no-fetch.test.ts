import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { distfilesOf } from './build-package';
import type { EbuildFacts } from './ebuild-facts';
import { explainNoFetch } from './no-fetch';

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'no-fetch-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const hash = 'a'.repeat(128);

/** An ebuild on disk, as planning describes it. */
function ebuild(restrict: string, sources: string, phases = ''): EbuildFacts {
  const repository = join(base, 'repository');
  const path = join(repository, 'app-misc/tool/tool-1.ebuild');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `EAPI=8\nSRC_URI="${sources}"\nSLOT=0\nRESTRICT="${restrict}"\n${phases}`);
  const dist = ['tool-1.tar.gz', 'data.tar.gz'].map((name) => `DIST ${name} 10 BLAKE2B ${hash} SHA512 ${hash}\n`);
  writeFileSync(join(dirname(path), 'Manifest'), dist.join(''));
  return {
    ebuild: path,
    repository: 'test',
    repositoryLocation: repository,
    mirrorLocations: [],
    eclassDirs: [],
    metadata: { EAPI: '8', SLOT: '0', SRC_URI: sources, RESTRICT: restrict, DEFINED_PHASES: phases ? 'nofetch' : '-' },
    use: [],
    iuseImplicit: [],
    isImplicitFlag: () => false,
    variables: {},
  };
}

describe('what may be fetched', () => {
  const own = 'https://x.invalid/tool-1.tar.gz';
  const data = 'https://x.invalid/data.tar.gz';
  // PMS 7.3.6 and 8.2.10: `fetch+` lifts the first restriction only, `mirror+` both
  it.each([
    ['', own, { fetchRestricted: false, mirrorRestricted: false }],
    ['mirror', own, { fetchRestricted: false, mirrorRestricted: true }],
    ['mirror', `mirror+${own}`, { fetchRestricted: false, mirrorRestricted: false }],
    ['fetch', own, { fetchRestricted: true, mirrorRestricted: true }],
    ['fetch', `fetch+${own}`, { fetchRestricted: false, mirrorRestricted: true }],
    ['fetch', `mirror+${own}`, { fetchRestricted: false, mirrorRestricted: false }],
  ])('RESTRICT="%s" of %s', async (restrict, uri, expected) => {
    const [file, other] = await distfilesOf('app-misc/tool-1', ebuild(restrict, `${uri} ${data}`));
    expect(file).toMatchObject(expected);
    expect(other).toMatchObject({ fetchRestricted: restrict === 'fetch' });
  });
});

describe('pkg_nofetch', () => {
  const sources = 'https://x.invalid/tool-1.tar.gz';

  it('is run in the sandbox and heard', async () => {
    const facts = ebuild(
      'fetch',
      sources,
      'pkg_nofetch() {\n\teinfo "Accept the terms, then get $A."\n\teinfo "Put it into $DISTDIR ."\n}\n',
    );
    const work = join(base, 'work');
    mkdirSync(work);
    const files = await distfilesOf('app-misc/tool-1', facts);
    const design = { board: 'amd64-usr', path: '/opt/x' } as const;
    const lines = await explainNoFetch({ design, cpv: 'app-misc/tool-1', facts, files, work, folder: '/data/files' });
    expect(lines.join('\n')).toContain('Accept the terms, then get tool-1.tar.gz.');
    expect(lines.join('\n')).toContain('Put it into /data/files .');
  });

  it('says nothing where an ebuild has none', async () => {
    const facts = ebuild('fetch', sources);
    const question = { design: { board: 'amd64-usr', path: '/opt/x' }, cpv: 'app-misc/tool-1', facts } as const;
    expect(await explainNoFetch({ ...question, files: [], work: base, folder: base })).toEqual([]);
  });
});
