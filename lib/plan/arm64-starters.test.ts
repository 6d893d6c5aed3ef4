import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseDesign } from '../design';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';

const home = mkdtempSync(join(tmpdir(), 'arm64-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const designOf = (starter: string) => {
  const text = readFileSync(join(import.meta.dirname, '../../public/starters', `${starter}.yaml`), 'utf8');
  const parsed = parseDesign(text.replace('board: amd64-usr', 'board: arm64-usr'));
  if (!parsed.ok) throw new Error(`the starter ${starter} has problems`);
  return parsed.design;
};

// these were built, started under an emulator and proven for arm64: what they are made of is stable there
it.each(['tree', 'lua', 'editor', 'data', 'toolbox', 'shell'])(
  'plans the starter %s for arm64 as it is',
  async (name) => {
    const result = planOpened(await openDesign(designOf(name), { home }), false);
    expect(result.kind).toBe('planned');
  },
);

// the other packages are in testing there, and a fix says so by the keyword of this board
it('names the keyword of the board in a fix', async () => {
  const result = planOpened(await openDesign(designOf('transfer'), { home }));
  expect(result.kind).toBe('unsolved');
  const accepted = result.kind === 'unsolved' ? JSON.stringify(result.fixes[0]?.edits) : '';
  expect(accepted).toContain('~arm64');
  expect(accepted).not.toContain('**');
});
