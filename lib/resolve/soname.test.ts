import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { depclean } from './depclean';
import { defaultOptions, type ResolveOptions } from './options';
import { Package } from './package';
import { resolve } from './resolver';
import { readSonames } from './soname';

function merged(playground: Playground, requests: readonly string[], options: Partial<ResolveOptions>): string[] {
  const { root } = loadPlayground(playground);
  const roots = { running: root, target: null, targetSysroot: 'target' } as const;
  const { run } = resolve(roots, requests, { ...defaultOptions, usePackages: 'only', ...options });
  return (run.serialized ?? []).filter((task) => task instanceof Package).map(({ cpv }) => cpv);
}

const user = (soname: string) => ({ RDEPEND: 'dev-libs/b', REQUIRES: `x86_64: ${soname} libc.so.6` });
const libc = { PROVIDES: 'x86_64: libc.so.6' };
const playground: Playground = {
  binpkgs: [
    { cpv: 'app-misc/a-1', metadata: user('libb.so.2') },
    { cpv: 'dev-libs/b-2', metadata: { PROVIDES: 'x86_64: libb.so.2' } },
    { cpv: 'dev-libs/b-1', metadata: { PROVIDES: 'x86_64: libb.so.1' } },
    { cpv: 'sys-libs/c-1', metadata: libc },
  ],
  world: ['app-misc/a'],
};

describe('shared libraries of built packages', () => {
  it('are read by ABI', () => {
    expect(readSonames('x86_32: libb.so.1 x86_64: libb.so.1 libc.so.6')).toEqual([
      'soname:x86_32/libb.so.1',
      'soname:x86_64/libb.so.1',
      'soname:x86_64/libc.so.6',
    ]);
    expect(readSonames('libb.so.1')).toEqual([]);
  });

  it('bring along the packages that have them, when that is asked for', () => {
    const fresh = { ...playground, world: [] };
    expect(merged(fresh, ['app-misc/a'], { ignoreSonames: false }).sort()).toEqual([
      'app-misc/a-1',
      'dev-libs/b-2',
      'sys-libs/c-1',
    ]);
    expect(merged(fresh, ['app-misc/a'], {})).not.toContain('sys-libs/c-1');
  });

  it('keep an update away that nothing linked against the old library could follow', () => {
    const stuck: Playground = {
      ...playground,
      binpkgs: [{ cpv: 'app-misc/a-1', metadata: user('libb.so.1') }, ...(playground.binpkgs ?? []).slice(1)],
      installed: {
        'app-misc/a-1': user('libb.so.1'),
        'dev-libs/b-1': { PROVIDES: 'x86_64: libb.so.1' },
        'sys-libs/c-1': libc,
      },
    };
    const update = { update: true, deep: true } as const;
    expect(merged(stuck, ['@world'], { ...update, ignoreSonames: false })).toEqual([]);
    expect(merged(stuck, ['@world'], update)).toEqual(['dev-libs/b-2']);
  });

  it('may be there without a package', () => {
    const provided = { ...playground, profile: { 'soname.provided': ['x86_64 libc.so.6'] } };
    expect(merged(provided, ['app-misc/a'], { ignoreSonames: false })).not.toContain('sys-libs/c-1');
  });

  it('keep packages from being removed', () => {
    const { root } = loadPlayground({
      installed: { 'app-misc/a-1': { REQUIRES: 'x86_64: libc.so.6' }, 'sys-libs/c-1': libc },
      world: ['app-misc/a'],
    });
    const removed = (ignoreSonames: boolean): string[] =>
      depclean(root, [], { ...defaultOptions, ignoreSonames }).remove.map(({ cpv }) => cpv);
    expect(removed(false)).toEqual([]);
    expect(removed(true)).toEqual(['sys-libs/c-1']);
  });
});
