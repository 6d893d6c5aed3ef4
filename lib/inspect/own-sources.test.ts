import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boards } from '../layout/names';
import { extensionRelease } from '../sysext/extension-release';
import { checkOwnSources, ownSourcesLine, readOwnSources } from './own-sources';

describe('packages that are not as their tree has them', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'own-sources-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const record = (path: string, text: string): void => {
    const full = join(root, 'opt/demo/var/db/pkg', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };

  it('are told by what the build recorded of them', async () => {
    record('sys-libs/zlib-1.3.1/PREFIX_STUDIO_TAKEN', '0123abc your own copy of `portage-stable`; source differs: z\n');
    record('app-text/tree-2/PREFIX_STUDIO_PATCHES', 'a.patch 01 b.patch 02\n');
    record('app-text/plain-1/PREFIX_STUDIO_KEY', 'x\n');
    record('app-text/-MERGING-half-1/PREFIX_STUDIO_PATCHES', 'c.patch 03\n');
    record('app-text/hand-1/PREFIX_STUDIO_BY_HAND', 'yes\n');
    record('app-text/hooked-1/PREFIX_STUDIO_COMMANDS', 'bashrc 01 env/app-text/hooked 02 package.env 03\n');
    const found = await readOwnSources(root, '/opt/demo');
    expect(found).toEqual([
      { cpv: 'app-text/hand-1', told: 'changed by hand in its work folder' },
      {
        cpv: 'app-text/hooked-1',
        told: 'built with commands of etc/portage/bashrc, etc/portage/env/app-text/hooked; built with variables of etc/portage/package.env',
      },
      { cpv: 'app-text/tree-2', told: 'your patches a.patch, b.patch' },
      { cpv: 'sys-libs/zlib-1.3.1', told: 'your own copy of `portage-stable`; source differs: z' },
    ]);
    expect(checkOwnSources(found)).toMatchObject({
      ok: true,
      summary: expect.stringContaining('your own copy of portage-stable'),
    });
    const line = ownSourcesLine(checkOwnSources(found));
    expect(line).toContain('app-text/tree-2: your patches');
    // the release file has no room for other signs
    const options = { target: 'any', level: '', reload_manager: false, match: 'version-id' } as never;
    expect(extensionRelease(options, boards['amd64-usr'], undefined, line)).toContain(`"${line}"`);
  });

  it('are none in a root that was built from its trees', async () => {
    record('app-text/plain-1/PREFIX_STUDIO_KEY', 'x\n');
    const found = await readOwnSources(root, '/opt/demo');
    expect(found).toEqual([]);
    expect(ownSourcesLine(checkOwnSources(found))).toBeNull();
  });
});
