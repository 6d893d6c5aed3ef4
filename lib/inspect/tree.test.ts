import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeTree } from '../host/remove-tree';
import { formatContents, parseContents } from './contents';
import { openInRoot, resolveInRoot } from './inside';
import { loadOwners } from './owners';
import { previewFile } from './preview';
import { childrenOf, scanTree, searchFiles } from './tree';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tree-'));
  const at = (path: string) => join(root, path);
  mkdirSync(at('opt/demo/usr/bin'), { recursive: true });
  mkdirSync(at('opt/demo/var/db/pkg/app-misc/x-1'), { recursive: true });
  mkdirSync(at('opt/demo/var/db/pkg/app-misc/-MERGING-y-1'), { recursive: true });
  writeFileSync(at('opt/demo/usr/bin/a b'), '12345');
  linkSync(at('opt/demo/usr/bin/a b'), at('opt/demo/usr/bin/hard'));
  symlinkSync('/opt/demo/usr/bin/hard', at('opt/demo/usr/bin/absolute'));
  symlinkSync('../../../../../../../etc/passwd', at('opt/demo/usr/bin/up'));
  symlinkSync('loop', at('opt/demo/usr/bin/loop'));
  symlinkSync('/etc', at('opt/demo/outside'));
  writeFileSync(at('opt/demo/usr/bin/binary'), Buffer.from([1, 0, 2]));
  writeFileSync(
    at('opt/demo/var/db/pkg/app-misc/x-1/CONTENTS'),
    'dir /opt\nobj /opt/demo/usr/bin/a b 0cc175b9c0f1b6a831c399e269772661 5\n',
  );
  writeFileSync(at('opt/demo/var/db/pkg/app-misc/-MERGING-y-1/CONTENTS'), 'obj /opt/demo/usr/bin/hard 00 5\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a path inside a root', () => {
  it('follows an absolute link inside the root, as a process there would', async () => {
    expect(await resolveInRoot(root, '/opt/demo/usr/bin/absolute')).toBe(join(root, 'opt/demo/usr/bin/hard'));
  });

  it.each([
    '/opt/demo/usr/bin/up',
    '/opt/demo/outside/passwd',
    '/../../etc/passwd',
    '/opt/demo/usr/bin/loop',
    'etc/\0passwd',
  ])('never leaves it: %j', async (path) => {
    await expect(openInRoot(root, path)).rejects.toMatchObject({ name: 'InspectError' });
  });
});

describe('a file tree', () => {
  it('sums sizes with hard links counted once and names owners of complete packages only', async () => {
    const tree = await scanTree(root, await loadOwners(root, '/opt/demo'));
    const bin = childrenOf(tree, '/opt/demo/usr').find((entry) => entry.path.endsWith('/bin'));
    expect(bin).toMatchObject({ kind: 'directory', files: 6 });
    const byName = Object.fromEntries(
      childrenOf(tree, '/opt/demo/usr/bin').map((entry) => [entry.path.split('/').pop(), entry]),
    );
    expect(byName['a b']).toMatchObject({ owner: 'app-misc/x-1', sizeBytes: 5 });
    expect(byName.hard).toMatchObject({ owner: null });
    expect(byName.absolute).toMatchObject({ kind: 'link', target: '/opt/demo/usr/bin/hard' });
    const links = ['absolute', 'up', 'loop'].reduce((sum, name) => sum + (byName[name]?.sizeBytes ?? 0), 0);
    expect(bin?.sizeBytes).toBe(5 + 3 + links);
  });

  it('may be removed while it is read', async () => {
    const going = mkdtempSync(join(tmpdir(), 'tree-'));
    for (let folder = 0; folder < 50; folder += 1) {
      mkdirSync(join(going, `${folder}`));
      for (let file = 0; file < 20; file += 1) writeFileSync(join(going, `${folder}/${file}`), '');
    }
    const reading = scanTree(going, new Map());
    await Promise.all([removeTree(going), reading]);
    expect((await reading).entries.length).toBeLessThanOrEqual(50 * 21);
  });

  it('is searched by text and by glob', async () => {
    const tree = await scanTree(root, new Map());
    const names = (query: string) => searchFiles(tree, query, 10).map((entry) => entry.path);
    expect(names('HARD')).toEqual(['/opt/demo/usr/bin/hard']);
    expect(names('bin*')).toEqual(['/opt/demo/usr/bin', '/opt/demo/usr/bin/binary']);
    expect(names('/opt/*/usr')).toEqual(['/opt/demo/usr']);
    expect(names('  ')).toEqual([]);
    const below = (query: string) => searchFiles(tree, query, 10, '/opt/demo').map((entry) => entry.path);
    expect(below('demo')).toEqual([]);
    expect(below('opt')).toEqual([]);
    expect(below('usr/bin/h')).toEqual(['/opt/demo/usr/bin/hard']);
    expect(below('/opt/demo/usr/bin/h')).toEqual(['/opt/demo/usr/bin/hard']);
  });

  it('shows text as text and the rest as bytes', async () => {
    expect(await previewFile(root, '/opt/demo/usr/bin/a b')).toMatchObject({
      kind: 'text',
      text: '12345',
      truncated: false,
    });
    expect(await previewFile(root, '/opt/demo/usr/bin/binary')).toMatchObject({ kind: 'binary', hex: '010002' });
  });
});

describe('CONTENTS', () => {
  it('survives reading and writing, spaces and arrows included', () => {
    const text = 'dir /opt/a b\nobj /opt/a b/c d 0cc175b9c0f1b6a831c399e269772661 17\nsym /opt/l -> ../x -> y 18\n';
    expect(formatContents(parseContents(text))).toBe(text);
  });
});

describe('a root in which a phase left what no package may hold', () => {
  it.each([
    ['a name that is not UTF-8', 'open(b"a\\xff", "w")', '`/a\\xff` has a name that is not UTF-8'],
    [
      'directories in each other',
      'import os\nfor i in range(2500): os.mkdir("d"); os.chdir("d")',
      'is nested too deep',
    ],
  ])('is refused by name: %s', async (_, script, problem) => {
    const strange = mkdtempSync(join(tmpdir(), 'strange-'));
    try {
      execFileSync('python3', ['-c', script], { cwd: strange });
      await expect(scanTree(strange, new Map())).rejects.toMatchObject({
        code: 'NAME_UNUSABLE',
        message: expect.stringContaining(problem),
      });
    } finally {
      await removeTree(strange);
    }
  });
});
