import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMove } from '../pms';
import { readBinaryPackages } from './binary-packages';
import { memoryTree } from './file-tree';
import { movedName, readPackageMoves } from './package-moves';
import { repositoriesAt } from './repositories';
import { readVdb } from './vdb';

let folder: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the VDB', () => {
  it('reads packages and passes over what is no package', () => {
    write('app-misc/a-1-r2/SLOT', '0/3\n');
    write('app-misc/a-1-r2/EAPI', '8\n');
    write('app-misc/a-1-r2/USE', 'x y\n');
    write('app-misc/a-1-r2/IUSE', 'x y z\n');
    write('app-misc/a-1-r2/RDEPEND', 'dev-libs/b:0/1=\n');
    write('app-misc/a-1-r2/repository', 'starter\n');
    write('app-misc/a-1-r2/COUNTER', '7\n');
    write('app-misc/-MERGING-b-1/SLOT', '0\n');
    const [found, ...rest] = readVdb(folder).packages('app-misc/a');
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ cpv: 'app-misc/a-1-r2', slot: '0', subSlot: '3', repository: 'starter', counter: 7 });
    expect([...(found?.recordedUse ?? [])]).toEqual(['x', 'y']);
    expect(found?.dependencyText('RDEPEND')).toBe('dev-libs/b:0/1=');
    expect(readVdb(folder).qualifiedNames()).toEqual(['app-misc/a']);
    expect(readVdb(join(folder, 'nowhere')).qualifiedNames()).toEqual([]);
  });

  it('applies package moves to names and dependencies', () => {
    write('app-misc/old-1/SLOT', '0\n');
    write('app-misc/old-1/RDEPEND', '>=dev-libs/b-1 app-misc/old\n');
    const moves = ['move app-misc/old app-misc/new', 'move dev-libs/b dev-libs/c'].flatMap(
      (line) => parseMove(line) ?? [],
    );
    const vdb = readVdb(folder, () => moves);
    expect(vdb.qualifiedNames()).toEqual(['app-misc/new']);
    expect(vdb.packages('app-misc/new')[0]?.dependencyText('RDEPEND')).toBe('>=dev-libs/c-1 app-misc/new');
  });
});

describe('profiles/updates', () => {
  it('reads quarters in the order of time', () => {
    const tree = memoryTree(
      new Map([
        ['/r/profiles/repo_name', 'r'],
        ['/r/profiles/updates/1Q-2025', 'move a/b a/c\n'],
        ['/r/profiles/updates/4Q-2024', 'move a/a a/b\nslotmove a/x 0 1\n'],
        ['/r/profiles/updates/README', 'move no/no no/yes\n'],
      ]),
    );
    const [repository] = repositoriesAt(tree, [{ location: '/r' }]).ordered;
    const moves = repository ? readPackageMoves(tree, repository) : [];
    expect(moves).toHaveLength(3);
    expect(movedName('a/a', moves)).toBe('a/c');
    expect(movedName('a/c', moves)).toBeNull();
  });
});

describe('the index of binary packages', () => {
  const index = `ARCH: amd64
PACKAGES: 3
VERSION: 0
repository: starter

BUILD_ID: 2
BUILD_TIME: 1700000000
CPV: sys-libs/zlib-1.3
DESC: compression
EAPI: 8
IUSE: minizip
KEYWORDS: amd64
PATH: sys-libs/zlib/zlib-1.3-2.gpkg.tar
SLOT: 0/1
USE: minizip

CPV: app-misc/gone-1
PATH: app-misc/gone/gone-1-1.gpkg.tar

CPV: app-misc/other-1
PATH: app-misc/other/other-1-1.gpkg.tar
REPO: elsewhere
`;

  it('lists packages whose file is there', () => {
    write('Packages', index);
    write('sys-libs/zlib/zlib-1.3-2.gpkg.tar', '12345');
    write('app-misc/other/other-1-1.gpkg.tar', '');
    const { packages, unread } = readBinaryPackages(folder);
    const [zlib, other, ...rest] = packages;
    expect([rest, unread]).toEqual([[], []]);
    expect(zlib).toMatchObject({ path: join(folder, 'sys-libs/zlib/zlib-1.3-2.gpkg.tar'), sizeBytes: 5 });
    expect(zlib?.candidate).toMatchObject({
      cpv: 'sys-libs/zlib-1.3',
      kind: 'binary',
      buildId: 2,
      buildTime: 1_700_000_000,
      repository: 'starter',
      description: 'compression',
      subSlot: '1',
    });
    expect(other?.candidate.repository).toBe('elsewhere');
  });

  it('takes none that cannot be installed from, and names them', () => {
    const odd = ['app-misc/old-1.tbz2', 'app-misc/flat-1.gpkg.tar', 'app-misc/good/good-1-1.gpkg.tar'];
    write(
      'Packages',
      `PACKAGES: 3\n\nCPV: app-misc/old-1\n\nCPV: app-misc/flat-1\nPATH: ${odd[1]}\n\nCPV: app-misc/good-1\nPATH: ${odd[2]}\n`,
    );
    for (const path of odd) write(path, '');
    const { packages, unread } = readBinaryPackages(folder);
    expect(packages.map(({ candidate }) => candidate.cpv)).toEqual(['app-misc/good-1']);
    expect(unread).toEqual(odd.slice(0, 2));
  });

  it('takes a folder without index as empty', () => {
    expect(readBinaryPackages(folder)).toEqual({ packages: [], unread: [] });
  });
});
