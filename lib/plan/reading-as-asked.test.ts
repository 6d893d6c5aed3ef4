import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDesign } from '../design';
import { asking, openDesign } from './open-design';
import { planOpened } from './plan-design';

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

it('tells the same story where there is no plan', async () => {
  const design = designOf('app-test/top, app-test/none');
  const opened = await openDesign(design, { home: join(work, 'lazy2'), isReadAsAsked: true });
  const result = await asking(opened, () => planOpened(opened));
  opened.reading?.close();
  const whole = planOpened(await openDesign(design, { home: join(work, 'whole') }));
  expect(result).toEqual(whole);
});
