import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits, type Design, designSchema } from '../design';
import { explainNoFix } from '../resolve/explain-no-fix';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';

const home = mkdtempSync(join(tmpdir(), 'partial-fix-'));
const overlay = join(home, 'mine');
const files = {
  'metadata/layout.conf': 'masters = gentoo\n',
  'profiles/repo_name': 'mine\n',
  'profiles/categories': 'app-new\n',
  'profiles/updates/1Q-2026': 'move app-old/maker app-new/maker\n',
  'app-new/maker/maker-1.ebuild': 'EAPI=8\nDESCRIPTION="x"\nSLOT=0\nKEYWORDS="amd64"\nLICENSE="MIT"\n',
  'app-new/needy/needy-1.ebuild':
    'EAPI=8\nDESCRIPTION="x"\nSLOT=0\nKEYWORDS="amd64"\nLICENSE="MIT"\nRDEPEND="dev-libs/nowhere"\n',
};

beforeAll(() => {
  process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(overlay, path)), { recursive: true });
    writeFileSync(join(overlay, path), text);
  }
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const designOf = (packages: readonly string[]): Design =>
  designSchema.parse({
    name: 'part',
    board: 'amd64-usr',
    path: '/opt/part',
    packages,
    repositories: [{ name: 'mine', location: overlay }],
  });

describe('a design of which no change makes a plan', () => {
  it.each([
    [['app-text/treee', 'app-misc/hopeless'], ['app-text/tree', 'app-misc/hopeless'], 'app-misc/hopeless'],
    [['app-text/treee', '@nosuch'], ['app-text/tree', '@nosuch'], '@nosuch'],
    [['@nosuch', 'app-text/treee', 'app-misc/jqq'], ['@nosuch', 'app-text/tree', 'app-misc/jq'], '@nosuch'],
    [['app-old/maker', 'app-misc/hopeless'], ['app-new/maker', 'app-misc/hopeless'], 'app-misc/hopeless'],
    // what is only found out afterwards
    [['app-text/treee', 'app-new/needy'], ['app-text/tree', 'app-new/needy'], 'dev-libs/nowhere'],
  ] as const)('%j: is offered what helps its own lines', async (packages, better, rest) => {
    const design = designOf(packages);
    const result = planOpened(await openDesign(design, { home }));
    if (result.kind !== 'unsolved') throw new Error('planned');
    expect(result.fixes).toHaveLength(1);
    const [fix] = result.fixes;
    expect(applyEdits(design, fix?.edits ?? []).packages).toEqual(better);
    expect(fix?.remains).toEqual([expect.stringContaining(`\`${rest}\``)]);
    expect(fix?.cost).toContain(`It helps in part: then there is no `);
    // what is cured is not said to be hopeless
    expect(explainNoFix(result.noFix).join('\n')).not.toMatch(/treee|jqq|app-old/);
  });

  it('is offered nothing where nothing helps', async () => {
    const result = planOpened(await openDesign(designOf(['app-misc/hopeless', '@nosuch']), { home }));
    expect(result).toMatchObject({ kind: 'unsolved', fixes: [] });
  });
});
