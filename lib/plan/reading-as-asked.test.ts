import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Design, parseDesign } from '../design';
import { writeSmallFlatcar } from './__fixtures__/small-flatcar';
import { asking, openDesign } from './open-design';
import { planOpened } from './plan-design';
import { addTree } from './trees';

const work = mkdtempSync(join(tmpdir(), 'as-asked-'));
const overlay = join(work, 'mine');
afterAll(() => rmSync(work, { recursive: true, force: true }));

function ebuild(name: string, version: string, depend = ''): void {
  const folder = join(overlay, 'app-test', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}-${version}.ebuild`),
    `EAPI=8\nDESCRIPTION="${name}"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\nSLOT="0"\nKEYWORDS="amd64 arm64"\nRDEPEND="${depend}"\n`,
  );
}

beforeAll(() => {
  for (const folder of ['profiles', 'metadata']) mkdirSync(join(overlay, folder), { recursive: true });
  writeFileSync(join(overlay, 'profiles/repo_name'), 'mine\n');
  writeFileSync(join(overlay, 'profiles/categories'), 'app-test\n');
  writeFileSync(join(overlay, 'metadata/layout.conf'), 'masters = starter\n');
  ebuild('top', '1', 'app-test/middle');
  // the best visible version needs what nobody has, so that the plan asks for what no guess foresees
  ebuild('middle', '2', '|| ( <app-test/leaf-2 app-test/other )');
  ebuild('middle', '1');
  ebuild('leaf', '1');
  ebuild('other', '1', 'app-test/behind');
  ebuild('behind', '1');
  for (let at = 0; at < 20; at++) ebuild(`aside${at}`, '1', 'app-test/top');
});

const designOf = (packages: string) => {
  const parsed = parseDesign(
    `name: asked\nboard: amd64-usr\npath: /opt/asked\npackages: [${packages}]\nrepositories:\n  - {name: mine, location: ${overlay}}\n`,
  );
  if (!parsed.ok) throw new Error('a design of this test has problems');
  return parsed.design;
};

const packagesOf = (result: ReturnType<typeof planOpened>) =>
  result.kind === 'planned' ? result.plan.packages.map(({ id, action }) => `${action} ${id}`) : [result.kind];

it('reads the ebuilds that a plan asks for, and plans what it plans when everything is read', async () => {
  const home = join(work, 'lazy');
  const design = designOf('app-test/top');
  const opened = await openDesign(design, { home, isReadAsAsked: true });
  expect(opened.reading).not.toBeNull();
  const told: string[] = [];
  const result = await asking(opened, () => planOpened(opened));
  opened.reading?.close();
  const whole = await openDesign(design, { home: join(work, 'whole'), onMetadata: ({ cpv }) => told.push(cpv) });
  expect(packagesOf(result)).toEqual(packagesOf(planOpened(whole)));
  expect(packagesOf(result)).toContain('install final|app-test/leaf-1');
  // what lies aside was left alone
  const kept = readdirSync(join(home, 'cache/metadata'), { recursive: true }).filter((path) => /aside/.test(`${path}`));
  expect(kept).toEqual([]);
  expect(told.filter((cpv) => cpv.includes('aside'))).toHaveLength(20);
});

/** A Flatcar checkout in small, whose SDK has a tool. */
function flatcar(ebuilds: Readonly<Record<string, string>>): string {
  const place = join(work, 'flatcar');
  const files: Record<string, string> = { 'portage-stable/profiles/categories': 'app-test\n' };
  for (const [name, lines] of Object.entries(ebuilds)) {
    files[`portage-stable/app-test/${name}/${name}-1.ebuild`] =
      `EAPI=8\nDESCRIPTION="${name}"\nSLOT=0\nKEYWORDS="amd64"\n${lines}\n`;
  }
  writeSmallFlatcar(place, files);
  return place;
}

it.each([
  ['planned', 'RDEPEND="app-test/library"\nBDEPEND="app-test/tool"'],
  // for what would have to be merged there, nobody asks all that is there whether it minds
  ['unsolved', 'BDEPEND="app-test/unstable"'],
])('does not look behind what the build machine is assumed to have, where the answer is %s', async (kind, lines) => {
  const home = join(work, kind);
  const tree = flatcar({
    made: lines,
    library: '',
    tool: 'RDEPEND="app-test/of-tool"\nPDEPEND="!app-test/unstable"',
    'of-tool': '',
    unstable: 'KEYWORDS="~amd64"',
  });
  addTree('small', tree, home);
  const design: Design = { ...designOf('app-test/made'), repositories: [], tree: 'small', toolchain: 'sdk' };
  const opened = await openDesign(design, { home, isReadAsAsked: true });
  const result = await asking(opened, () => planOpened(opened, false));
  opened.reading?.close();
  const kept = readdirSync(join(home, 'cache/metadata'), { recursive: true }).map((path) => `${path}`);
  expect(result.kind).toBe(kind);
  expect(kept.some((path) => path.endsWith('app-test/of-tool-1'))).toBe(false);
  expect(kept.some((path) => path.endsWith('app-test/tool-1'))).toBe(kind === 'planned');
  const whole = await openDesign(design, { home });
  expect(result).toEqual(planOpened(whole, false));
});

it('tells the same story where there is no plan', async () => {
  const design = designOf('app-test/top, app-test/none');
  const opened = await openDesign(design, { home: join(work, 'lazy2'), isReadAsAsked: true });
  const result = await asking(opened, () => planOpened(opened));
  opened.reading?.close();
  const whole = planOpened(await openDesign(design, { home: join(work, 'whole') }));
  expect(result).toEqual(whole);
});
