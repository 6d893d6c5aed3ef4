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
    '  No mirror and no host of these ebuilds takes a connection from here.',
  ]);
  expect(sourceListing({ files: [], unknown: [], isOffline: false })).toEqual([]);
});

it('names packages whose sources are not known by reason, the reason once', () => {
  const message = 'the tree has no ebuild that names its sources';
  const unknown = ['a/a-1', 'b/b-1'].map((cpv) => ({ cpv, message }));
  expect(sourceListing({ files: [], unknown, isOffline: false }).slice(1)).toEqual([`  a/a-1, b/b-1: ${message}`]);
});

it('counts each file at one place', () => {
  const counts = { files: 6, sizeBytes: 9e6, here: 1, folder: 2, byHand: 0, elsewhere: 3, unknown: 2 };
  expect(sourceCountLine(counts)).toBe(
    'sources: 6 files, 9.0 MB: 1 here, 2 in your folders and mirrors, 3 from elsewhere; those of 2 packages are not known; --sources tells where each comes from',
  );
  expect(sourceCountLine({ ...counts, files: 0 })).toBeNull();
});
