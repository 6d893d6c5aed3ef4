import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskTree } from './file-tree';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'file-tree-')));
afterAll(() => rmSync(base, { recursive: true }));
mkdirSync(join(base, 'mine/sub'), { recursive: true });
mkdirSync(join(base, 'mine-too'));
for (const name of ['mine/a', 'mine/sub/b', 'mine-too/c', 'outside']) writeFileSync(join(base, name), 'text');
symlinkSync('../outside', join(base, 'mine/out'));

describe('the file system as a tree', () => {
  it('is read below the folders that were entered', () => {
    const tree = diskTree();
    tree.enter(join(base, 'mine'));
    expect(tree.readText(join(base, 'mine/a'))).toBe('text');
    expect(tree.readText(join(base, 'mine/sub/b'))).toBe('text');
    expect(tree.list(join(base, 'mine'))).toEqual(['a', 'out', 'sub']);
    expect(tree.kind(join(base, 'mine/sub'))).toBe('directory');
    expect(tree.refusals()).toEqual([]);
  });

  // there are files at all of them
  it.each(['outside', 'mine-too/c', 'mine/../outside', 'mine/sub/../../outside', 'mine/out', '/etc/passwd', '/proc/1'])(
    'is not read at %s',
    (name) => {
      const tree = diskTree();
      tree.enter(join(base, 'mine'));
      const path = name.startsWith('/') ? name : `${base}/${name}`;
      expect(tree.readText(path)).toBeNull();
      expect(tree.list(path)).toEqual([]);
      expect(tree.refusals()[0]).toEqual({ path, reason: expect.stringMatching(/is in no folder that|leads out of/) });
    },
  );

  it.each(['', '/', '/etc', '.', 'mine/a'])('is not read at %j before a folder was entered', (path) => {
    const tree = diskTree();
    expect([tree.readText(path), tree.list(path), tree.kind(path)]).toEqual([null, [], null]);
    expect(tree.refusals().length).toBeGreaterThan(0);
  });
});
