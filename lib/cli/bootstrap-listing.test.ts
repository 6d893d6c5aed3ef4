import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { validateDesign } from '../design';
import { planBootstrap } from '../plan/bootstrap';
import { openDesign } from '../plan/open-design';
import { bootstrapLines } from './bootstrap-listing';

const starterFolder = resolve(import.meta.dirname, '../../overlays/starter');

it('tells stage by stage what is built, and in one table what each rests on', async () => {
  const home = mkdtempSync(join(tmpdir(), 'listing-'));
  try {
    const checked = validateDesign({
      name: 'tree',
      board: 'amd64-usr',
      path: '/opt/tree',
      packages: ['app-text/tree'],
    });
    if (!checked.ok) throw new Error('not sound');
    const opened = await openDesign(checked.design, { home, starterFolder, host: { kind: 'nothing' } });
    const text = bootstrapLines(planBootstrap(opened), checked.design, 80).join('\n');
    expect(text).toContain('Bootstrap of tree (amd64-usr, /opt/tree): The run-time of this machine’s compiler');
    expect(text).toContain('1 C run-time\n');
    expect(text).toMatch(/ {4}staging {2}sys-libs\/c-runtime-[\d.]+\n/);
    expect(text).toContain(
      [
        'What each stage rests on',
        '  stage                    1     2     3     4',
        '  Compiler              host  host  host  host',
        '  Assembler and linker  host  host  host  host',
        '  C library             host  host    1*    1*',
        '  Kernel headers        host  host    2*    2*',
        '  C and C++ run-time    host  host    1*    1*',
      ].join('\n'),
    );
    expect(text).toContain('copies of this machine’s files');
    expect(text).not.toContain('`');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
