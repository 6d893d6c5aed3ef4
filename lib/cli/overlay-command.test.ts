import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getPrefix, openDatabase } from '../db/index';
import { storeDesign } from '../runner/prefix-documents';
import { command } from './commands/overlay';

const design = 'name: fresh\nboard: amd64-usr\npath: /opt/fresh\npackages: [app-text/tree]\n';
const terminal = { out: () => undefined, err: () => undefined, isInteractive: false, columns: 80 };

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prefix-studio-overlay-'));
  vi.stubEnv('PREFIX_STUDIO_HOME', home);
  writeFileSync(join(home, 'fresh.yaml'), design);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const list = () =>
  command.run({ values: {}, positionals: ['list', join(home, 'fresh.yaml')], isJson: true, terminal } as never);

async function stored(): Promise<string> {
  const studio = await openDatabase({ home });
  try {
    return (await getPrefix(studio, 'fresh')).text;
  } finally {
    await studio.close();
  }
}

describe('prefix-studio overlay FILE', () => {
  it('stores the design of the file when there is none of its name', async () => {
    expect(await list()).toBe(0);
    expect(await stored()).toBe(design);
  });

  it('leaves a stored design as it is', async () => {
    const changed = `${design}package_mask: [">app-text/tree-1"]\n`;
    const studio = await openDatabase({ home });
    await storeDesign(studio, changed, new Date(0));
    await studio.close();
    expect(await list()).toBe(0);
    expect(await stored()).toBe(changed);
  });
});
