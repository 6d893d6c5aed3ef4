import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseDesign } from '../design';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';

const home = mkdtempSync(join(tmpdir(), 'arm64-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const designFrom = (text: string) => {
  const parsed = parseDesign(text.replace('board: amd64-usr', 'board: arm64-usr'));
  if (!parsed.ok) throw new Error('the design has problems');
  return parsed.design;
};

const designOf = (starter: string) =>
  designFrom(readFileSync(join(import.meta.dirname, '../../public/starters', `${starter}.yaml`), 'utf8'));

// these were built, started under an emulator and proven for arm64: what they are made of is stable there
it.each(['tree', 'lua', 'editor', 'data', 'toolbox', 'shell', 'transfer', 'python'])(
  'plans the starter %s for arm64 as it is',
  async (name) => {
    const result = planOpened(await openDesign(designOf(name), { home }), false);
    expect(result.kind).toBe('planned');
  },
);

// a package that was not tried is in testing there, and a fix says so by the keyword of this board
const untried = 'name: untried\nboard: arm64-usr\npath: /opt/untried\npackages: [dev-libs/libyaml]\n';
it('names the keyword of the board in a fix', async () => {
  const result = planOpened(await openDesign(designFrom(untried), { home }));
  expect(result.kind).toBe('unsolved');
  const accepted = result.kind === 'unsolved' ? JSON.stringify(result.fixes[0]?.edits) : '';
  expect(accepted).toContain('~arm64');
  expect(accepted).not.toContain('**');
});
