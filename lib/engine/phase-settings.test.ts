import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { PhaseRequest } from './phase-contract';
import { insidePaths, quoteForBash, settingsText } from './phase-settings';

const request: PhaseRequest = {
  cpv: 'dev-libs/x-1.2-r3',
  eapi: '8',
  slot: '0/1',
  ebuild: '/data/overlay/dev-libs/x/x-1.2-r3.ebuild',
  repository: 'starter',
  eclassDirs: ['/data/a', '/data/b'],
  roots: { broot: '/', root: '/data/stage', sysroot: '/data/stage', eprefix: '/opt/demo' },
  chost: 'x86_64-cros-linux-gnu',
  arch: 'amd64',
  use: ['a', 'b'],
  distfiles: ['x-1.2.tar.gz'],
  distDir: '/data/distfiles',
  variables: { CFLAGS: '-O2', PATH: '/evil', 'not a name': 'x', LD_PRELOAD: 'x', __E_USE: 'x' },
  restrict: [],
  buildDir: '/data/tmp',
  phases: ['compile'],
  environmentFile: null,
  replacingVersions: [],
  replacedByVersion: null,
  onOutput: () => {},
  onPhase: () => {},
};

const settings = (change: Partial<PhaseRequest> = {}): ReadonlyMap<string, string> => {
  const all = { ...request, ...change };
  const text = settingsText(all, insidePaths(all), { jobs: 3, machine: 'x86_64' });
  return new Map([...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]));
};

describe('settings of a build', () => {
  it('name no path of this machine', () => {
    const text = settingsText(request, insidePaths(request), { jobs: 3, machine: 'x86_64' });
    expect(text).not.toContain('/data');
  });

  it('split the name as the specification does', () => {
    expect(Object.fromEntries(settings())).toMatchObject({
      __E_PN: 'x',
      __E_PV: '1.2',
      __E_PR: 'r3',
      __E_PVR: '1.2-r3',
      __E_PF: 'x-1.2-r3',
      __E_ED: '/var/tmp/portage/dev-libs/x-1.2-r3/image/opt/demo',
      __E_ESYSROOT: '/opt/demo',
    });
  });

  it('let configuration set what ebuilds see, but not the runtime or the search path', () => {
    expect(settings().get('CFLAGS')).toBe('-O2');
    expect(settings().get('__E_USE')).toBe('a b');
    for (const name of ['PATH', 'LD_PRELOAD']) expect(settings().has(name)).toBe(false);
  });

  it('build natively on the same kind of machine, and cross on another', () => {
    expect(settings().get('CBUILD')).toBe('x86_64-cros-linux-gnu');
    const arm = settings({ chost: 'aarch64-cros-linux-gnu' });
    expect([arm.get('CBUILD'), arm.get('BUILD_CC')]).toEqual(['x86_64-pc-linux-gnu', 'gcc']);
    expect(settings({ variables: { CBUILD: 'own' } }).get('CBUILD')).toBe('own');
    expect(settings().get('MAKEOPTS')).toBe('-j3');
    expect(settings({ variables: { MAKEOPTS: '-j1' } }).get('MAKEOPTS')).toBe('-j1');
  });
});

describe('quoteForBash', () => {
  it.each(['', "it's", '$(id)', '`id`', 'a\nb', '"\\', "'''"])('survives bash: %j', (text) => {
    expect(execFileSync('bash', ['-c', `printf %s ${quoteForBash(text)}`], { encoding: 'utf8' })).toBe(text);
  });
});
