import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { validateDesign } from '../design';
import { probeSandbox } from '../host/sandbox-probe';
import { designWithEbuild, readEbuildFile } from './ebuild-file';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';

const starterFolder = resolve(import.meta.dirname, '../../overlays/starter');
const folder = mkdtempSync(join(tmpdir(), 'ebuild-file-'));
const home = join(folder, 'home');
const repository = join(folder, 'theirs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): string {
  const full = join(repository, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

put('profiles/repo_name', 'of-theirs\n');
put('profiles/categories', 'app-test\n');
put('metadata/layout.conf', 'masters = starter\n');
const file = put(
  'app-test/thing/thing-2.ebuild',
  'EAPI=8\nDESCRIPTION="x"\nSLOT=0\nKEYWORDS="~sparc"\nLICENSE="MIT"\n',
);

const canSource = (await probeSandbox()).kind === 'usable';
it.runIf(canSource)('is planned beside the packages of a design, whatever masks it', async () => {
  const read = validateDesign({ name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages: ['app-text/tree'] });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const opened = await openDesign(read.design, { home, starterFolder });
  const named = readEbuildFile(file);
  expect(named).toEqual({ cpv: 'app-test/thing-2', location: repository, repository: 'of-theirs' });
  const again = await openDesign(designWithEbuild(opened, named), { home, starterFolder });
  const result = planOpened(again);
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result.derivations));
  const packages = result.plan.packages.filter(({ root }) => root === 'staging').map((each) => each.cpv);
  expect(packages).toContain('app-test/thing-2');
  expect(packages.some((cpv) => cpv.startsWith('app-text/tree-'))).toBe(true);
  // one of the design's own tree brings no repository
  const [tree = ''] = packages.filter((cpv) => cpv.startsWith('app-text/tree-'));
  const own = readEbuildFile(join(starterFolder, `app-text/tree/${tree.split('/')[1]}.ebuild`));
  expect(designWithEbuild(opened, own).repositories).toEqual([]);
});

it.each([
  ['no file', join(repository, 'app-test/thing/thing-3.ebuild')],
  ['another name than its folder', put('app-test/thing/other-1.ebuild', '')],
  ['no ebuild', put('app-test/thing/metadata.xml', '')],
  ['no repository around it', put('app-test/a/b/c-1.ebuild', '')],
])('is refused: %s', (_why, path) => {
  expect(() => readEbuildFile(path)).toThrow(expect.objectContaining({ code: 'EBUILD_FILE' }));
});
