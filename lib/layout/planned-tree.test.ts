import { describe, expect, it } from 'vitest';
import { plannedLayout } from './planned-tree';

describe('the planned layout', () => {
  const rows = plannedLayout('/opt/demo', 'amd64-usr', 'demo.raw');
  const row = (path: string) => rows.find((candidate) => candidate.path === path);

  it('keeps headers, package records and compilers out of the image', () => {
    expect(row('/opt/demo/usr/include')?.cells.image).toEqual({ kind: 'absent' });
    expect(row('/opt/demo/var/db/pkg')?.cells).toMatchObject({ final: { kind: 'planned' }, image: { kind: 'absent' } });
    expect(row('/opt/demo/usr/libexec/c-toolchain')?.cells.final).toEqual({ kind: 'absent' });
  });

  it('adds the release file, named after the image, to the image only', () => {
    expect(row('/usr/lib/extension-release.d/extension-release.demo')?.cells).toEqual({
      staging: { kind: 'absent' },
      final: { kind: 'absent' },
      image: { kind: 'added' },
    });
    expect(plannedLayout('/opt/demo', 'amd64-usr', null).some(({ path }) => path.startsWith('/usr'))).toBe(false);
  });

  it('lists the packages of a plan and the programs of the proof, and nothing that no package brings', () => {
    const packages = [
      { root: 'staging' as const, cpv: 'dev-lang/lua-5.4.6' },
      { root: 'final' as const, cpv: 'dev-lang/lua-5.4.6' },
      { root: 'staging' as const, cpv: 'sys-libs/glibc-2.41-r6' },
    ];
    const rows = plannedLayout('/opt/demo', 'amd64-usr', 'demo.raw', { packages, programs: ['usr/bin/lua'] });
    const row = (path: string) => rows.find((candidate) => candidate.path === `/opt/demo/${path}`);
    expect(row('var/db/pkg/dev-lang/lua-5.4.6')).toMatchObject({
      owner: 'dev-lang/lua-5.4.6',
      cells: { staging: { kind: 'planned' }, final: { kind: 'planned' }, image: { kind: 'absent' } },
    });
    expect(row('var/db/pkg/sys-libs/glibc-2.41-r6')?.cells.final).toEqual({ kind: 'absent' });
    expect(row('usr/bin/lua')).toMatchObject({ kind: 'file', cells: { image: { kind: 'planned' } } });
    expect(row('lib64')).toBeDefined();
    expect(row('usr/libexec/c-toolchain')).toBeUndefined();
  });

  it('lists every parent once, before its children', () => {
    const paths = rows.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) {
      const parent = path.slice(0, path.lastIndexOf('/'));
      if (parent !== '') expect(paths.indexOf(parent), path).toBeLessThan(paths.indexOf(path));
      if (parent !== '') expect(paths).toContain(parent);
    }
  });

  it('merges the two trees of a prefix below /usr', () => {
    const rows = plannedLayout('/usr/local/demo', 'arm64-usr', 'demo.raw');
    const image = (path: string) => rows.find((candidate) => candidate.path === path)?.cells.image;
    expect([image('/usr'), image('/usr/local'), image('/usr/lib')]).toEqual([
      { kind: 'planned' },
      { kind: 'planned' },
      { kind: 'added' },
    ]);
  });
});
