import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { validateDesign } from '../design';
import { writeSmallFlatcar } from './__fixtures__/small-flatcar';
import { buildObstacle } from './build-obstacle';
import { withProvenFixes } from './obstacle-fixes';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';
import { addTree } from './trees';

const work = mkdtempSync(join(tmpdir(), 'obstacle-fixes-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Fixes, all in one and package by package, where packages need a tool that no machine has. */
async function fixes(name: string, packages: readonly string[]) {
  const ebuild = (lines: string): string => `EAPI=8\nDESCRIPTION="x"\nSLOT=0\nKEYWORDS="amd64"\n${lines}\n`;
  const files: Record<string, string> = { 'portage-stable/profiles/categories': 'app-test\n' };
  const tools = 'IUSE="+man"\nBDEPEND="man? ( app-test/unheard-of )"';
  for (const [pn, lines] of Object.entries({
    'unheard-of': '',
    free: tools,
    too: tools,
    bound: `${tools}\nREQUIRED_USE="man"`,
    always: 'BDEPEND="app-test/unheard-of"',
  })) {
    files[`portage-stable/app-test/${pn}/${pn}-1.ebuild`] = ebuild(lines);
  }
  const tree = join(work, name);
  const home = join(work, `${name}-home`);
  writeSmallFlatcar(tree, files);
  addTree('small', tree, home);
  const read = validateDesign({
    name,
    board: 'amd64-usr',
    path: `/opt/${name}`,
    tree: 'small',
    toolchain: 'host',
    packages: packages.map((pn) => `app-test/${pn}`),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const opened = await openDesign(read.design, { home });
  const result = planOpened(opened, false);
  const obstacle = result.kind === 'planned' ? buildObstacle(opened, result.plan) : null;
  if (!obstacle) throw new Error(`${result.kind}, and nothing is in the way`);
  const proven = withProvenFixes(opened, obstacle);
  const flagsOf = (fix: typeof proven.fix): readonly string[] | null =>
    fix?.edits.flatMap((edit) => (edit.kind === 'package_use' ? [`${edit.atom} ${edit.flags.join(' ')}`] : [])) ?? null;
  return { all: flagsOf(proven.fix), each: proven.packages.map(({ fix }) => flagsOf(fix)) };
}

it('offers the flags without which nothing asks for what is lacking, as one change when nothing else is in the way', async () => {
  expect(await fixes('free', ['free', 'too'])).toEqual({
    all: ['app-test/free -man', 'app-test/too -man'],
    each: [['app-test/free -man'], ['app-test/too -man']],
  });
});

it('offers them one by one when they do not help everything', async () => {
  expect(await fixes('some', ['free', 'always'])).toEqual({ all: null, each: [['app-test/free -man'], null] });
});

it('offers none that leaves no plan', async () => {
  expect(await fixes('bound', ['bound'])).toEqual({ all: null, each: [null] });
});
