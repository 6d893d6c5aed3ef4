import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { validateDesign } from '../design';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';
import { countPlanSources, neededFiles, planSources, SourceFinder } from './plan-sources';

const starterFolder = resolve(import.meta.dirname, '../../overlays/starter');
const folder = mkdtempSync(join(tmpdir(), 'plan-sources-'));
const home = join(folder, 'home');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of that size, without a byte in it. */
function put(directory: string, name: string, sizeBytes: number): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), '');
  truncateSync(join(directory, name), sizeBytes);
}

it('counts each source at the place where the listing finds it', async () => {
  const mine = join(folder, 'mine');
  const design = { name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages: ['dev-lang/lua'] };
  const read = validateDesign({ ...design, sources: { folders: [mine] } });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const opened = await openDesign(read.design, { home, starterFolder });
  const planned = planOpened(opened);
  if (planned.kind !== 'planned') throw new Error(planned.kind);
  const { files } = await neededFiles(opened, planned.plan);
  const [first, second, third] = files.map(({ file }) => file.entry);
  if (!first || !second || !third) throw new Error(`${files.length} files only`);
  put(join(home, 'distfiles'), first.name, first.sizeBytes);
  put(mine, second.name, second.sizeBytes);
  // another size is another file
  put(mine, third.name, third.sizeBytes - 1);
  const counts = await countPlanSources(opened, planned.plan);
  expect(counts).toMatchObject({ files: files.length, here: 1, folder: 1, byHand: 0, elsewhere: files.length - 2 });
  const finder = new SourceFinder(opened);
  const states = files.map(({ file }) => finder.findNear(file)?.state ?? null);
  expect(states.slice(0, 3)).toEqual(['here', 'folder', null]);
});

it('names a file with other bytes by its path, looks on, and lists what installed packages were built from', async () => {
  const tree = join(folder, 'own');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write(join(tree, 'profiles/repo_name'), 'own\n');
  write(join(tree, 'profiles/categories'), 'app-test\n');
  write(join(tree, 'metadata/layout.conf'), 'masters = starter\n');
  const head = 'EAPI=8\nDESCRIPTION="x"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\nSLOT=0\nKEYWORDS="amd64"\n';
  write(join(tree, 'app-test/plain/plain-1.ebuild'), `${head}SRC_URI="https://example.invalid/plain-1.txt"\n`);
  const sha512 = createHash('sha512').update('right').digest('hex');
  write(join(tree, 'app-test/plain/Manifest'), `DIST plain-1.txt 5 SHA512 ${sha512}\n`);
  const [bad, good] = [join(folder, 'bad'), join(folder, 'good')];
  write(join(bad, 'plain-1.txt'), 'wrong');
  write(join(good, 'plain-1.txt'), 'right');
  const read = validateDesign({
    name: 'own',
    board: 'amd64-usr',
    path: '/opt/own',
    packages: ['app-test/plain'],
    repositories: [{ name: 'own', location: tree }],
    sources: { folders: [bad, good] },
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const opened = await openDesign(read.design, { home, starterFolder });
  const planned = planOpened(opened);
  if (planned.kind !== 'planned') throw new Error(planned.kind);
  const packages = planned.plan.packages
    .filter(({ pn }) => pn === 'plain')
    .map((pkg) => (pkg.root === 'staging' ? { ...pkg, action: 'keep' as const } : pkg));
  expect((await planSources(opened, { packages })).files).toEqual([]);
  const { files } = await planSources(opened, { packages }, undefined, { withBuilt: true });
  expect(files).toMatchObject([{ name: 'plain-1.txt', state: 'folder', from: good }]);
  expect(files[0]?.wrong).toEqual([
    expect.stringContaining(`\`${join(bad, 'plain-1.txt')}\` is not the file of the Manifest: SHA512 is`),
  ]);
});
