import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownersIn } from './owner-index';
import { RootedPaths } from './rooted-path';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'owner-index-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const entryOf = (cpv: string): string => join(root, 'var/db/pkg', cpv);

function writeEntry(cpv: string, counter: number, ...files: readonly string[]): void {
  mkdirSync(entryOf(cpv), { recursive: true });
  // as a merge does it: a new entry is a new file
  rmSync(join(entryOf(cpv), 'CONTENTS'), { force: true });
  writeFileSync(join(entryOf(cpv), 'CONTENTS'), files.map((path) => `obj ${path} ${'0'.repeat(32)} 1\n`).join(''));
  writeFileSync(join(entryOf(cpv), 'COUNTER'), `${counter}\n`);
}

const owners = () => ownersIn({ root, eprefix: '' }, new RootedPaths(root));
const holders = async (path: string): Promise<readonly string[]> =>
  ((await owners()).get(path) ?? []).map(({ cpv }) => cpv);

it('knows what was merged, replaced and removed since it was asked last', async () => {
  expect((await owners()).highestCounter).toBe(0);
  writeEntry('a/one-1', 1, '/usr/bin/one', '/usr/bin/both');
  writeEntry('a/two-1', 7, '/usr/bin/both');
  expect(await holders('/usr/bin/both')).toEqual(['a/one-1', 'a/two-1']);
  expect((await owners()).highestCounter).toBe(7);

  renameSync(entryOf('a/two-1'), entryOf('a/two-2'));
  writeEntry('a/one-1', 9, '/usr/bin/other');
  expect(await holders('/usr/bin/both')).toEqual(['a/two-2']);
  expect(await holders('/usr/bin/one')).toEqual([]);
  expect(await holders('/usr/bin/other')).toEqual(['a/one-1']);
  expect((await owners()).highestCounter).toBe(9);
});

it('follows the links of the root as they are now, not as they were when the package was merged', async () => {
  writeEntry('a/one-1', 1, '/lib/one.so');
  expect(await holders('/lib/one.so')).toEqual(['a/one-1']);
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  symlinkSync('usr/lib', join(root, 'lib'));
  expect(await holders('/usr/lib/one.so')).toEqual(['a/one-1']);
  expect(await holders('/lib/one.so')).toEqual([]);
});

it('lists the paths of packages once each, with all who own them', async () => {
  writeEntry('a/one-1', 1, '/usr/bin/one', '/usr/bin/both');
  writeEntry('a/two-1', 2, '/usr/bin/both', '/usr/bin/two');
  const found = [...(await owners()).of(new Set(['a/one-1', 'a/gone-1']))];
  expect(found.map(([path, of]) => [path, of.map(({ cpv }) => cpv)])).toEqual([
    ['/usr/bin/one', ['a/one-1']],
    ['/usr/bin/both', ['a/one-1', 'a/two-1']],
  ]);
});

it('reads a CONTENTS that is a link each time, because what it names may change unseen', async () => {
  const elsewhere = join(root, 'var/db/pkg/a/contents');
  mkdirSync(dirname(elsewhere), { recursive: true });
  writeEntry('a/one-1', 1);
  rmSync(join(entryOf('a/one-1'), 'CONTENTS'));
  symlinkSync('../contents', join(entryOf('a/one-1'), 'CONTENTS'));
  for (const name of ['first', 'other']) {
    writeFileSync(elsewhere, `obj /usr/bin/${name} ${'0'.repeat(32)} 1\n`);
    expect(await holders(`/usr/bin/${name}`)).toEqual(['a/one-1']);
  }
});
