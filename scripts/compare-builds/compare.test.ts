import { expect, it } from 'vitest';
import type { BuiltPackage } from './built-package';
import { differencesOf } from './compare';

type Parts = Partial<Record<Exclude<keyof BuiltPackage, 'sizes'>, Readonly<Record<string, string>>>> & {
  readonly sizes?: Readonly<Record<string, number>>;
};

const mapOf = <T>(part: Readonly<Record<string, T>> = {}): ReadonlyMap<string, T> => new Map(Object.entries(part));

const built = ({ entries, sizes, elfs, scripts, records }: Parts): BuiltPackage => ({
  entries: mapOf(entries),
  sizes: mapOf(sizes),
  elfs: mapOf(elfs),
  scripts: mapOf(scripts),
  records: mapOf(records),
});

const told = (ours: Parts, theirs: Parts): readonly string[] =>
  differencesOf(built(ours), built(theirs)).map(
    ({ aspect, name, ours: mine, theirs: other, reason }) =>
      `${aspect} ${name}: ${mine} | ${other}${reason === null ? '' : ' (explained)'}`,
  );

it('finds nothing between a package and itself', () => {
  const same: Parts = {
    entries: { '/usr/bin/x': '-rwxr-xr-x 0/0' },
    sizes: { '/usr/bin/x': 10 },
    elfs: { '/usr/bin/x': '{}' },
    scripts: { '/usr/bin/y': '#!/bin/sh' },
    records: { SLOT: '0' },
  };
  expect(told(same, same)).toEqual([]);
});

it('tells modes, owners, targets, ELF facts and first lines that differ, and what one side lacks', () => {
  expect(
    told(
      {
        entries: { '/lib/x.so': '-rw-r--r-- 0/0', '/lib/only-ours': '-rw-r--r-- 0/0', '/lib/l': 'lrwxrwxrwx 0/0 -> a' },
        elfs: { '/lib/x.so': '{"needed":["libc.so.6"]}' },
        scripts: { '/bin/s': '#!/bin/sh' },
      },
      {
        entries: { '/lib/x.so': '-rwxr-xr-x 0/0', '/lib/l': 'lrwxrwxrwx 0/0 -> b' },
        elfs: { '/lib/x.so': '{"needed":[]}' },
        scripts: { '/bin/s': '#!/opt/x/bin/sh' },
      },
    ),
  ).toEqual([
    'entry /lib/l: lrwxrwxrwx 0/0 -> a | lrwxrwxrwx 0/0 -> b',
    'entry /lib/only-ours: -rw-r--r-- 0/0 | undefined',
    'entry /lib/x.so: -rw-r--r-- 0/0 | -rwxr-xr-x 0/0',
    'elf /lib/x.so: {"needed":["libc.so.6"]} | {"needed":[]}',
    'script /bin/s: #!/bin/sh | #!/opt/x/bin/sh',
  ]);
});

it.each([
  ['within a page', 1000, 5096, []],
  ['beyond a page', 1000, 5097, ['size /f: 1000 | 5097']],
  ['within a twentieth', 1_000_000, 950_000, []],
  ['beyond a twentieth', 1_000_000, 949_999, ['size /f: 1000000 | 949999']],
])('takes sizes %s as they should be', (_, ours, theirs, expected) => {
  expect(told({ sizes: { '/f': ours } }, { sizes: { '/f': theirs } })).toEqual(expected);
});

it('compares records by what they mean: order where it has a meaning, no times and hashes', () => {
  const obj = (hash: string, time: number): string =>
    `dir /usr\nobj /usr/a b ${hash.repeat(32)} ${time}\nsym /usr/l -> a ${time}`;
  expect(
    told(
      { records: { CONTENTS: obj('a', 1), USE: 'b a', NEEDED: '/b x\n/a y', SLOT: '0 1' } },
      { records: { CONTENTS: obj('f', 22), USE: 'a b', NEEDED: '/a y\n/b x', SLOT: '1 0' } },
    ),
  ).toEqual(['record SLOT: 0 1 | 1 0']);
});

it('shows of records of many lines those that only one side has', () => {
  expect(
    told({ records: { CONTENTS: 'dir /usr\ndir /usr/a' } }, { records: { CONTENTS: 'dir /usr\ndir /usr/b' } }),
  ).toEqual(['record CONTENTS: dir /usr/a | dir /usr/b']);
});

it('says why a difference is meant', () => {
  expect(told({ records: { BUILD_TIME: '1' } }, { records: { BUILD_TIME: '2' } })).toEqual([
    'record BUILD_TIME: 1 | 2 (explained)',
  ]);
});
