import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { defaultOptions, type ResolveOptions } from './options';
import { Package } from './package';
import { resolve } from './resolver';

/** What is merged, with where it comes from: `name-version`, `bin name-version-build`, `host name-version-build`. */
function merged(playground: Playground, requests: readonly string[], options: Partial<ResolveOptions>): string[] {
  const { root } = loadPlayground(playground);
  const roots = { running: root, target: null, targetSysroot: 'target' } as const;
  const { run } = resolve(roots, requests, { ...defaultOptions, ...options });
  return (run.serialized ?? [])
    .filter((task) => task instanceof Package)
    .map(({ kind, candidate }) => {
      const name = candidate.cpv.replace(/.*\//, '');
      const build = candidate.buildId === null ? '' : `-${candidate.buildId}`;
      return kind === 'ebuild' ? name : `${candidate.binhost ?? 'bin'} ${name}${build}`;
    })
    .sort();
}

const all = ['app-misc/foo', 'app-misc/bar'];
const both = [
  { cpv: 'app-misc/foo-1', metadata: {} },
  { cpv: 'app-misc/bar-1', metadata: {} },
];
const playground: Playground = {
  ebuilds: { 'app-misc/foo-1': {}, 'app-misc/bar-1': {} },
  binpkgs: both,
  binrepos: { near: both, far: both },
};
const withHosts = (...lines: string[]): Playground => ({ ...playground, user_config: { 'binrepos.conf': lines } });
const withRepository = (...lines: string[]): Playground => ({
  ...playground,
  user_config: { 'repos.conf': ['[test_repo]', ...lines] },
});

describe('binary packages of hosts', () => {
  it('are not seen unless they are asked for', () => {
    expect(merged(playground, all, { usePackages: 'yes' })).toEqual(['bin bar-1', 'bin foo-1']);
  });

  it('go before the same version in PKGDIR, those of the more important host first', () => {
    const ranked = withHosts('[far]', 'priority = 2', '[near]', 'priority = 1');
    expect(merged(ranked, all, { usePackages: 'yes', remotePackages: true })).toEqual(['far bar-1', 'far foo-1']);
  });

  it('can be left out by name, for one host or for all', () => {
    const options = { usePackages: 'yes', remotePackages: true } as const;
    const oneHost = withHosts('[far]', 'priority = 2', 'getbinpkg-exclude = foo');
    expect(merged(oneHost, all, options)).toEqual(['far bar-1', 'near foo-1']);
    expect(merged(playground, all, { ...options, remotePackagesExclude: ['foo'] })).toEqual([
      'bin foo-1',
      'near bar-1',
    ]);
    expect(merged(oneHost, all, { ...options, remotePackagesInclude: ['foo'] })).toEqual(['bin bar-1', 'far foo-1']);
  });

  it('of a newer build win over an older one wherever that is', () => {
    const newer: Playground = {
      ...playground,
      binpkgs: [{ cpv: 'app-misc/foo-1', metadata: { BUILD_ID: '3', BUILD_TIME: '30' } }],
      binrepos: { near: [{ cpv: 'app-misc/foo-1', metadata: { BUILD_ID: '2', BUILD_TIME: '20' } }] },
    };
    expect(merged(newer, ['app-misc/foo'], { usePackages: 'yes', remotePackages: true })).toEqual(['bin foo-1-3']);
  });
});

describe('binary packages that may be used', () => {
  it('follow repos.conf, which the options outrank', () => {
    const excluding = withRepository('usepkg-exclude = foo');
    expect(merged(excluding, all, { usePackages: 'yes' })).toEqual(['bin bar-1', 'foo-1']);
    expect(merged(excluding, all, { usePackages: 'yes', usePackagesInclude: ['foo'] })).toEqual(['bar-1', 'bin foo-1']);
  });

  it('count in neither list when both name them', () => {
    const options = { usePackages: 'yes', usePackagesExclude: ['foo'], usePackagesInclude: ['foo', 'bar'] } as const;
    expect(merged(playground, all, options)).toEqual(['bin bar-1', 'foo-1']);
  });

  it('are only what is asked for by name when dependencies shall be built', () => {
    const chain: Playground = {
      ebuilds: { 'app-misc/foo-1': { RDEPEND: 'app-misc/bar' }, 'app-misc/bar-1': {} },
      binpkgs: [{ cpv: 'app-misc/foo-1', metadata: { RDEPEND: 'app-misc/bar' } }, ...both.slice(1)],
      user_config: { 'repos.conf': ['[test_repo]', 'usepkg-exclude = foo'] },
    };
    expect(merged(chain, ['app-misc/foo'], { usePackages: 'yes', noBinaryDependencies: true })).toEqual([
      'bar-1',
      'bin foo-1',
    ]);
  });
});

describe('binary packages of everything', () => {
  const features = ['FEATURES="buildpkg buildpkg-proactive"'];
  const system = (binpkgs: Playground['binpkgs']): Playground => ({
    ebuilds: { 'app-misc/foo-1': { IUSE: 'static' } },
    installed: { 'app-misc/foo-1': { IUSE: 'static' } },
    ...(binpkgs ? { binpkgs } : {}),
    user_config: { 'make.conf': features },
  });

  it('build again what is installed and has no binary package that fits', () => {
    const withFlag = { cpv: 'app-misc/foo-1', metadata: { IUSE: 'static', USE: 'static' } };
    const fitting = { cpv: 'app-misc/foo-1', metadata: { IUSE: 'static' } };
    expect(merged(system([]), ['app-misc/foo'], { update: true })).toEqual(['foo-1']);
    expect(merged(system([withFlag]), ['app-misc/foo'], { update: true })).toEqual(['foo-1']);
    expect(merged(system([fitting]), ['app-misc/foo'], { update: true })).toEqual([]);
  });
});
