import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from './remove-tree';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'remove-'));
  writeFileSync(join(base, 'kept'), 'kept');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const python = (code: string): void => void execFileSync('python3', ['-c', code], { cwd: join(base, 'tree') });

describe('removing what a stranger left', () => {
  it.each([
    ['nothing', () => rmSync(join(base, 'tree'), { recursive: true })],
    [
      'directories deeper than a path can be long',
      () => python('import os\nfor i in range(2500): os.mkdir("d"); os.chdir("d")'),
    ],
    [
      'directories without permissions',
      () => python('import os\nos.makedirs("a/b/c")\nos.chmod("a/b", 0)\nos.chmod("a", 0)'),
    ],
    ['a link to elsewhere', () => symlinkSync('..', join(base, 'tree/up'))],
    ['names like options', () => writeFileSync(join(base, 'tree/-rf'), '')],
    ['a name that is not UTF-8', () => python('open(b"a\\xff", "w")')],
  ])('%s', async (_, make) => {
    mkdirSync(join(base, 'tree'));
    make();
    await removeTree(join(base, 'tree'));
    expect(existsSync(join(base, 'tree'))).toBe(false);
    expect(readFileSync(join(base, 'kept'), 'utf8')).toBe('kept');
  });

  it('a link itself, not what it names', async () => {
    symlinkSync('kept', join(base, 'link'));
    await removeTree(join(base, 'link'));
    expect(readFileSync(join(base, 'kept'), 'utf8')).toBe('kept');
  });
});
