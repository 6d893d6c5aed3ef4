import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockPrefix, prefixPlace } from '../engine/index';
import { cleanHome, findLeftovers } from './clean-home';

const design = { name: 'demo', board: 'amd64-usr', path: '/opt/demo' } as const;
let home: string;

function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const place = () => prefixPlace(design, home);
const build = (id: number): string => join(place().pkgDir, 'app-misc/x', `x-1-${id}.gpkg.tar`);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'clean-'));
  put(
    join(place().stagingDir, 'prefix.yaml'),
    'name: demo\nboard: amd64-usr\npath: /opt/demo\npackages: [app-misc/x]\n',
  );
  put(join(place().stagingDir, 'tmp/portage/app-misc/x-1/work/a'), '12345');
  put(join(place().stagingDir, 'live/app-misc/x/git/HEAD'), '12');
  put(join(home, 'distfiles/x-1.tgz'), '123');
  for (const id of [1, 2, 3]) put(build(id), '1234');
  put(join(place().stagingRoot, 'opt/demo/var/db/pkg/app-misc/x-1/BUILD_ID'), '3\n');
  put(join(place().finalRoot, 'opt/demo/var/db/pkg/app-misc/x-1/BUILD_ID'), '2\n');
  put(join(home, 'images/demo/demo.raw'), 'image');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('finds work folders, packages that are merged nowhere and sources, with sizes', async () => {
  const found = (await findLeftovers(home)).map(({ kind, sizeBytes, prefix }) => [kind, sizeBytes, prefix]);
  expect(found).toEqual([
    ['work', 5, 'demo'],
    ['packages', 4, 'demo'],
    ['distfiles', 2, 'demo'],
    ['distfiles', 3, null],
  ]);
});

it('removes the kinds that it is told to, and nothing else', async () => {
  const answer = await cleanHome(home, ['work', 'packages']);
  expect(answer).toMatchObject({ freedBytes: 9, busy: [] });
  expect([1, 2, 3].map((id) => existsSync(build(id)))).toEqual([false, true, true]);
  expect(existsSync(join(home, 'distfiles/x-1.tgz'))).toBe(true);
  expect(existsSync(join(home, 'images/demo/demo.raw'))).toBe(true);
  expect((await findLeftovers(home)).map(({ kind }) => kind)).toEqual(['distfiles', 'distfiles']);
  expect(await cleanHome(home, ['distfiles'])).toMatchObject({ freedBytes: 5, busy: [] });
  expect(existsSync(join(place().stagingDir, 'live'))).toBe(false);
  expect(await findLeftovers(home)).toEqual([]);
});

it('leaves alone what a build may need', async () => {
  const lock = await lockPrefix(place(), 'build');
  const answer = await cleanHome(home, ['work', 'packages', 'distfiles']);
  await lock.release();
  expect(answer).toEqual({ removed: [], freedBytes: 0, busy: ['demo'] });
});

it('removes what a removal left that was ended', async () => {
  const left = put(join(home, 'trash/1-demo/tmp/a'), '1234567');
  expect((await findLeftovers(home)).map(({ sizeBytes }) => sizeBytes)).toContain(7);
  expect(await cleanHome(home, ['work'])).toMatchObject({ freedBytes: 12 });
  expect(existsSync(left)).toBe(false);
});

it('finds nothing where there is nothing', async () => {
  expect(await findLeftovers(join(home, 'nowhere'))).toEqual([]);
});
