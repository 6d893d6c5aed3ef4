import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { validateDesign } from '../design';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';
import { countPlanSources, neededFiles, SourceFinder } from './plan-sources';

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
