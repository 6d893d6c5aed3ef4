import { expect, it } from 'vitest';
import type { FileEntry, FileTree } from '../inspect/tree';
import { packingOf } from './packed-tree';

const entry = (path: string, kind: FileEntry['kind'] = 'file', sizeBytes = 10, files = 0): FileEntry => ({
  path,
  kind,
  sizeBytes,
  files,
  mode: kind === 'directory' ? 0o755 : 0o644,
  uid: 0,
  target: null,
  owner: null,
  mark: null,
  mtime: 0,
});

const final: FileTree = {
  root: '/final',
  entries: [
    entry('/opt', 'directory', 60, 6),
    entry('/opt/x', 'directory', 60, 6),
    entry('/opt/x/etc', 'directory', 10, 1),
    entry('/opt/x/etc/portage', 'directory', 10, 1),
    entry('/opt/x/etc/portage/make.conf'),
    entry('/opt/x/usr', 'directory', 40, 4),
    entry('/opt/x/usr/bin', 'directory', 10, 1),
    entry('/opt/x/usr/bin/x'),
    entry('/opt/x/usr/include', 'directory', 10, 1),
    entry('/opt/x/usr/include/x.h'),
    entry('/opt/x/usr/share', 'directory', 20, 2),
    entry('/opt/x/usr/share/doc', 'directory', 10, 1),
    entry('/opt/x/usr/share/doc/readme'),
    entry('/opt/x/usr/share/x'),
    entry('/opt/x/var', 'directory', 0, 0),
  ],
};

it('tells what an image gets, with sizes of its own, and why the rest stays out', () => {
  const { notPacked, packed } = packingOf(final, '/opt/x', { keep: [] });
  expect(packed.entries.map(({ path, sizeBytes, files }) => [path, sizeBytes, files])).toEqual([
    ['/opt', 20, 2],
    ['/opt/x', 20, 2],
    ['/opt/x/usr', 20, 2],
    ['/opt/x/usr/bin', 10, 1],
    ['/opt/x/usr/bin/x', 10, 0],
    ['/opt/x/usr/share', 10, 1],
    ['/opt/x/usr/share/x', 10, 0],
    ['/opt/x/var', 0, 0],
  ]);
  expect(Object.fromEntries(notPacked)).toEqual({
    '/opt/x/etc': 'records of the package manager',
    '/opt/x/etc/portage': 'records of the package manager',
    '/opt/x/etc/portage/make.conf': 'records of the package manager',
    '/opt/x/usr/include': 'headers',
    '/opt/x/usr/include/x.h': 'headers',
    '/opt/x/usr/share/doc': 'documentation',
    '/opt/x/usr/share/doc/readme': 'documentation',
  });
});

it('packs what the design keeps', () => {
  const { notPacked } = packingOf(final, '/opt/x', { keep: ['development', 'documentation'] });
  expect([...notPacked.values()]).toEqual(Array(3).fill('records of the package manager'));
});
