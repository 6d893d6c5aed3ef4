import { describe, expect, it } from 'vitest';
import { designSchema, type SysextOptions } from '../design/schema';
import type { FileEntry, FileTree } from '../inspect/tree';
import { alignDirectory, type BuiltTrees } from './align';

const sysext = designSchema.parse({ name: 'x', board: 'amd64-usr', path: '/opt/x', packages: [] })
  .sysext as SysextOptions;

function tree(files: readonly string[]): FileTree {
  const entries = new Map<string, FileEntry>();
  const entry = (path: string, kind: FileEntry['kind'], count: number): FileEntry => ({
    path,
    kind,
    sizeBytes: kind === 'file' ? 10 : count * 10,
    mode: 0o644,
    uid: 0,
    files: count,
    target: null,
    owner: kind === 'file' ? 'a/b-1' : null,
    mark: null,
    mtime: 0,
  });
  for (const file of files) {
    const parts = file.split('/').slice(1);
    for (let length = 1; length < parts.length; length++) {
      const path = `/${parts.slice(0, length).join('/')}`;
      entries.set(path, entry(path, 'directory', (entries.get(path)?.files ?? 0) + 1));
    }
    entries.set(file, entry(file, 'file', 0));
  }
  return { root: '/nowhere', entries: [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

const trees: BuiltTrees = {
  staging: tree(['/opt/x/usr/bin/tool', '/opt/x/usr/bin/cc', '/opt/x/usr/include/z.h']),
  final: tree(['/opt/x/usr/bin/tool', '/opt/x/usr/include/z.h']),
  name: 'x',
  eprefix: '/opt/x',
  sysext,
};

describe('the aligned trees', () => {
  const cells = (directory: string, name: string) =>
    alignDirectory(trees, directory).find((row) => row.name === name)?.cells;

  it('show a build tool in staging only', () => {
    expect(cells('/opt/x/usr/bin', 'cc')).toMatchObject({
      staging: { kind: 'present' },
      final: { kind: 'absent' },
      image: { kind: 'absent' },
    });
    expect(cells('/opt/x/usr/bin', 'tool')).toMatchObject({ image: { kind: 'present', sizeBytes: 10 } });
  });

  it('say why a directory of final is not in the image', () => {
    expect(cells('/opt/x/usr', 'include')).toMatchObject({
      final: { kind: 'present' },
      image: { kind: 'dropped', reason: 'headers' },
    });
  });

  it('count only packed files in the image column of a directory', () => {
    expect(cells('/opt/x', 'usr')).toMatchObject({
      staging: { files: 3 },
      final: { files: 2 },
      image: { kind: 'present', files: 1, sizeBytes: 10 },
    });
  });

  it('mark what packaging adds', () => {
    expect(cells('/', 'usr')).toEqual({
      staging: { kind: 'absent' },
      final: { kind: 'absent' },
      image: { kind: 'added' },
    });
    expect(alignDirectory(trees, '/usr/lib/extension-release.d')).toMatchObject([
      { name: 'extension-release.x', kind: 'file' },
    ]);
    expect(alignDirectory({ ...trees, sysext: null }, '/').map((row) => row.name)).toEqual(['opt']);
  });
});
