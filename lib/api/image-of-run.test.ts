import { expect, it } from 'vitest';
import { replacedBy } from './image-of-run';

const run = (id: string, path: string, sha256 = id) => ({
  id,
  image: { path, fileName: 'x.raw', sizeBytes: 1, sha256, format: 'squashfs' as const },
});
const good = '/data/images/x/x.raw';
const held = '/data/images/x/unproven/x.raw';
const none = { id: '9', image: null };

it.each([
  ['the newest has its image', run('2', good), [run('1', good), none], null],
  ['a later one took its place', run('1', good), [run('1', good), run('2', good), run('3', good)], '3'],
  ['a later one packed the same bytes', run('1', good, 'same'), [run('2', good, 'same')], null],
  ['one between was another, and it came back', run('1', good, 'a'), [run('2', good, 'b'), run('3', good, 'a')], null],
  ['a later one failed its proof and stands beside it', run('1', good), [run('2', held)], null],
  ['it failed its proof, and so did a later one', run('1', held), [run('2', held)], '2'],
  ['it failed its proof, and a later one passed', run('1', held), [run('2', good)], '2'],
  ['a later one has another file name', run('1', good), [run('2', '/data/images/x/x-2.raw')], null],
  ['it packed none', none, [run('99', good)], null],
] as const)('is told where %s', (_, own, runs, by) => {
  expect(replacedBy(own, runs)?.id ?? null).toBe(by);
});
