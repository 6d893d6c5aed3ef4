import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Design, validateDesign } from '../../design';
import { exportPrebuilt } from '../../engine/index';
import { removeTree } from '../../host/remove-tree';
import { probeSandbox } from '../../host/sandbox-probe';
import type { RunEvent } from '../../layout/events';
import { asking, type OpenedDesign, openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import type { Plan } from '../../resolve/plan';
import { executeOpened, executeRequestOf, setUpOpened } from './embedded-engine';
import { originsOf } from './origins-of';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

const home = mkdtempSync(join(tmpdir(), 'origins-as-built-'));
afterAll(() => removeTree(home));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};

/** An overlay that nobody has read yet: two packages and one aside. */
function overlay(folder: string): string {
  write(`${folder}/profiles/repo_name`, 'own\n');
  write(`${folder}/profiles/categories`, 'app-test\n');
  write(`${folder}/metadata/layout.conf`, 'masters = starter\n');
  const head =
    'EAPI=8\nDESCRIPTION="x"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\nSLOT=0\nKEYWORDS="amd64 arm64"\n';
  for (const [name, more] of [
    ['low', ''],
    ['top', 'DEPEND="app-test/low"\nRDEPEND="app-test/low"\n'],
    ['aside', ''],
  ] as const) {
    const install = `src_install() { insinto /usr/share; newins - ${name} <<< ${name}; }`;
    write(`${folder}/app-test/${name}/${name}-1.ebuild`, `${head}${more}S="\${WORKDIR}"\n${install}\n`);
  }
  return join(home, folder);
}

function designOf(name: string, location: string): Design {
  const checked = validateDesign({
    name,
    board: 'amd64-usr',
    path: `/opt/${name}`,
    packages: ['app-test/top'],
    repositories: [{ name: 'own', location }],
    from_source: true,
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.design;
}

async function planned(design: Design, isReadAsAsked: boolean): Promise<{ opened: OpenedDesign; plan: Plan }> {
  const opened = await openDesign(design, { home, isReadAsAsked });
  const result = await asking(opened, () => planOpened(opened));
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result.derivations));
  return { opened, plan: result.plan };
}

/** Builds a design; answers `taken` or `compiled` for each package of staging. */
async function built(design: Design): Promise<Record<string, string>> {
  const { opened, plan } = await planned(design, false);
  await setUpOpened(opened, { home });
  const events: RunEvent[] = [];
  expect(await executeOpened(opened, plan, { home, emit: (event) => void events.push(event) })).toEqual({
    kind: 'succeeded',
  });
  return Object.fromEntries(
    events.flatMap((event) => {
      if (!('id' in event) || event.id?.startsWith('staging|') !== true) return [];
      if (event.kind === 'package_reused') return [[event.id, 'taken']];
      return event.kind === 'package_finished' ? [[event.id, 'compiled']] : [];
    }),
  );
}

const foretold = async (opened: OpenedDesign, plan: Plan): Promise<Record<string, string>> => {
  const { packages } = await asking(opened, () => originsOf(opened, plan, home));
  opened.reading?.close();
  const words = { shared: 'taken', here: 'taken', prebuilt: 'taken', source: 'compiled', own: 'compiled' } as const;
  return Object.fromEntries(packages.map(({ id, origin }) => [id, words[origin.kind]]));
};

describe.skipIf(sandbox.kind === 'unusable')(`what is said of origins${skipped}`, () => {
  const first = { opened: null as OpenedDesign | null, plan: null as Plan | null };
  let before: Record<string, string> = {};
  let reread = 0;
  let firstBuild: Record<string, string> = {};

  beforeAll(async () => {
    const design = designOf('first', overlay('overlay'));
    const { opened, plan } = await planned(design, true);
    const asked = opened.reading?.count ?? 0;
    before = await foretold(opened, plan);
    reread = (opened.reading?.count ?? 0) - asked;
    firstBuild = await built(design);
    Object.assign(first, await planned(design, false));
  });

  it('needs no more of the tree than the plan where nothing was built', () => {
    expect(reread).toBe(0);
    expect(before['staging|app-test/top-1']).toBe('compiled');
    expect(firstBuild).toEqual(before);
  });

  it('is what a build at another path then does, of a tree that nobody has read', async () => {
    const design = designOf('second', overlay('elsewhere'));
    const { opened, plan } = await planned(design, true);
    expect(opened.reading?.count).toBe(2);
    const said = await foretold(opened, plan);
    expect(said['staging|app-test/top-1']).toBe('taken');
    expect(said['staging|app-test/low-1']).toBe('taken');
    expect(await built(design)).toEqual(said);
  });

  it('finds for the others what was compiled here', async () => {
    const { opened, plan } = first;
    if (opened === null || plan === null) throw new Error('nothing was built');
    const request = executeRequestOf(opened, plan, { home, onlyLooks: true, emit: () => {} });
    const { written } = await exportPrebuilt(request, join(home, 'prebuilt'), false);
    expect(written.map(({ cpv }) => cpv)).toEqual(expect.arrayContaining(['app-test/low-1', 'app-test/top-1']));
  });
});
