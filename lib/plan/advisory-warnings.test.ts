import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { validateDesign } from '../design';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';
import { worldWish } from './world';

const home = mkdtempSync(join(tmpdir(), 'advisories-'));
afterAll(() => rmSync(home, { recursive: true }));

it('says that @security asks for nothing where the tree has no advisories, and plans the rest', async () => {
  const checked = validateDesign({
    name: 'demo',
    board: 'amd64-usr',
    path: '/opt/demo',
    packages: ['app-misc/jq', '@security'],
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const opened = await openDesign(checked.design, { home });
  const result = planOpened(opened);
  if (result.kind !== 'planned') throw new Error('not planned');
  expect(result.plan.packages.some(({ pn }) => pn === 'jq')).toBe(true);
  expect(result.plan.warnings.filter(({ code }) => code === 'NO_ADVISORY')).toMatchObject([
    { message: '`@security` asks for nothing: the tree has no security advisories (`metadata/glsa`).' },
  ]);
  // a set that names what is to be updated now is not remembered, as with emerge
  expect(worldWish(opened, result.plan, 'staging', checked.design.packages).sets).toEqual([]);
});
