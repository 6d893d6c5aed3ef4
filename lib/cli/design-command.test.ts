import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../db/index';
import { storeDesign } from '../runner/prefix-documents';
import { command } from './commands/design';

const design = 'name: fresh\nboard: amd64-usr\npath: /opt/fresh\npackages: [app-text/tree]\n';

let home = '';
let said = '';
const terminal = {
  out: (line: string) => (said += `${line}\n`),
  err: () => undefined,
  isInteractive: false,
  columns: 80,
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'prefix-studio-design-'));
  said = '';
  vi.stubEnv('PREFIX_STUDIO_HOME', home);
  const studio = await openDatabase({ home });
  await storeDesign(studio, design, new Date(0));
  await studio.close();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const run = (...positionals: string[]) => command.run({ values: {}, positionals, isJson: false, terminal } as never);

describe('prefix-studio design', () => {
  it('prints what is stored, and what it is after another text took its place', async () => {
    expect(await run('fresh')).toBe(0);
    expect(said).toBe(design);
    const file = join(home, 'fresh.yaml');
    writeFileSync(file, `${design}make_conf: {INSTALL_MASK: "/usr/share/doc"}\n`);
    expect(await run('fresh', file)).toBe(0);
    expect(said.slice(design.length)).toMatch(/^\+ make_conf: /m);
    said = '';
    expect(await run('fresh')).toBe(0);
    expect(said).toContain('INSTALL_MASK');
  });

  it('keeps what is stored when the text is not sound, or that of another prefix', async () => {
    const file = join(home, 'other.yaml');
    for (const text of ['name: fresh\n', design.replace('fresh', 'other')]) {
      writeFileSync(file, text);
      await expect(run('fresh', file)).rejects.toMatchObject({ code: 'DESIGN_INVALID' });
    }
    await run('fresh');
    expect(said).toBe(design);
  });

  it('knows no prefix that is not there', async () => {
    await expect(run('nosuch')).rejects.toMatchObject({ code: 'PREFIX_UNKNOWN' });
  });
});
