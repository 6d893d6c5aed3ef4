import { expect, it } from 'vitest';
import type { PlannedSource } from '../plan/plan-sources';
import { sourceCountLine, sourceListing } from './source-listing';

const file = (name: string, state: PlannedSource['state'], from: string, cpv = 'app-misc/a-1'): PlannedSource => ({
  name,
  sizeBytes: 1_500_000,
  packages: [cpv],
  state,
  from,
});

it('tells sources by state, those that nobody has by package, and counts what is here', () => {
  const files = [
    file('a.tar.gz', 'here', '/d'),
    file('b.tar.gz', 'archive', 'trixie: b 1-1', 'app-misc/b-1'),
    ...['c.tar.gz', 'c1.patch', 'c2.patch'].map((name) => file(name, 'nowhere', 'c.invalid', 'app-misc/c-1')),
  ];
  expect(sourceListing({ files, unknown: [], isOffline: true })).toEqual([
    'sources (5 files, 7.5 MB)',
    '  here: 1 file, 1.5 MB',
    "  from this machine's source archive: 1 file, 1.5 MB",
    '    b.tar.gz  1.5 MB  trixie: b 1-1',
    '  not available anywhere: 3 files, 4.5 MB',
    '    app-misc/c-1  4.5 MB  c.tar.gz, c1.patch and 1 more',
    expect.stringMatching(/^ {4}.*`prefix-studio overlay take DESIGN PACKAGE`/),
    '  No mirror and no host of these ebuilds takes a connection from here.',
  ]);
  expect(sourceListing({ files: [], unknown: [], isOffline: false })).toEqual([]);
});

it('says which later suites have what is not available anywhere, and how to have them asked', () => {
  const lost = { ...file('c.tar.gz', 'nowhere', 'c.invalid'), later: ['forky'] };
  const sources = { files: [lost, file('d.tar.gz', 'nowhere', '')], unknown: [], isOffline: false };
  const laterSuites = ['forky', 'sid'];
  expect(sourceListing({ ...sources, laterSuites }).at(-2)).toBe(
    '    Debian\'s later suites have some of them and are not asked: forky (1 file). Write `sources: {suites: [forky]}` into the design, or set `PREFIX_STUDIO_ARCHIVE_SUITES="forky"`.',
  );
  const files = sources.files.map(({ later: _, ...rest }: PlannedSource) => rest);
  expect(sourceListing({ ...sources, files, laterSuites }).at(-2)).toMatch(
    /^ {4}Debian's later suites \(forky, sid\) had none of these files .* and are not asked\.$/,
  );
  expect(sourceListing(sources).at(-2)).toMatch(/^ {4}app-misc/);
});

it('names packages whose sources are not known by reason, the reason once', () => {
  const message = 'the tree has no ebuild that names its sources';
  const unknown = ['a/a-1', 'b/b-1'].map((cpv) => ({ cpv, message }));
  expect(sourceListing({ files: [], unknown, isOffline: false }).slice(1)).toEqual([`  a/a-1, b/b-1: ${message}`]);
});

it('says which file on this disk has other bytes, and gives small sizes in their unit', () => {
  const files = [
    { ...file('a.patch', 'archive', 'trixie: a 1-1'), sizeBytes: 1200, wrong: ['`/d/a.patch` is not it'] },
  ];
  expect(sourceListing({ files, unknown: [], isOffline: false })).toEqual([
    'sources (1 file, 1.2 kB)',
    "  from this machine's source archive: 1 file, 1.2 kB",
    '    a.patch  1.2 kB  trixie: a 1-1',
    '  wrong: `/d/a.patch` is not it',
  ]);
});

it('counts each file at one place', () => {
  const counts = { files: 6, sizeBytes: 9e6, here: 1, folder: 2, byHand: 0, elsewhere: 3, unknown: 2 };
  expect(sourceCountLine(counts)).toBe(
    'sources: 6 files, 9.0 MB: 1 here, 2 in your folders and mirrors, 3 not here; those of 2 packages are not known; --sources asks where each can be had',
  );
  expect(sourceCountLine({ ...counts, files: 0 })).toBeNull();
});
