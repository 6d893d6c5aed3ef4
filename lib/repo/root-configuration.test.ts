import { describe, expect, it } from 'vitest';
import type { Candidate } from '../resolve/provider';
import { loadPlayground, type Playground } from './playground';
import type { ProfiledConfiguration } from './root-configuration';

const load = (playground: Playground): ProfiledConfiguration => loadPlayground(playground).root;

const only = (root: ProfiledConfiguration, name: string): Candidate => root.candidates(name)[0] as Candidate;

const profileFile = 'var/repositories/test_repo/profiles/default/linux/x86';

describe('visibility', () => {
  it('names file, line and comment of the mask', () => {
    const root = load({
      ebuilds: { 'app-misc/a-1': {}, 'app-misc/a-2': {} },
      user_config: { 'package.mask': ['# too new', '# for us', '>=app-misc/a-2'] },
    });
    const [newer, older] = root.candidates('app-misc/a');
    expect(root.masks(newer as Candidate)).toEqual([
      {
        kind: 'package.mask',
        atom: '>=app-misc/a-2',
        file: '/etc/portage/package.mask',
        line: 3,
        comment: 'too new\nfor us',
      },
    ]);
    expect(root.masks(older as Candidate)).toEqual([]);
  });

  it('lets package.unmask lift a mask of the profile', () => {
    const root = load({
      ebuilds: { 'app-misc/a-1': {} },
      profile: { 'package.mask': ['app-misc/a'] },
      user_config: { 'package.unmask': ['=app-misc/a-1'] },
    });
    expect(root.masks(only(root, 'app-misc/a'))).toEqual([]);
  });

  it('says which keywords would do, and which licences are missing', () => {
    const root = load({ ebuilds: { 'app-misc/a-1': { KEYWORDS: '~x86 ~arm', LICENSE: 'GPL-2 TEST' } } });
    expect(root.masks(only(root, 'app-misc/a'))).toEqual([
      { kind: 'keyword', keywords: ['~x86', '~arm'], wouldAccept: ['~x86', '~arm'], advised: '~x86' },
      { kind: 'license', missing: ['TEST'] },
    ]);
  });

  it('names the keyword of the own architecture before those of others', () => {
    const root = load({ ebuilds: { 'app-misc/a-1': { KEYWORDS: 'amd64 ~arm64 ~x86' } } });
    expect(root.masks(only(root, 'app-misc/a'))).toEqual([
      {
        kind: 'keyword',
        keywords: ['amd64', '~arm64', '~x86'],
        wouldAccept: ['~x86', 'amd64', '~arm64'],
        advised: '~x86',
      },
    ]);
  });

  it('advises ** where there are keywords of other architectures only', () => {
    const root = load({ ebuilds: { 'app-misc/a-1': { KEYWORDS: 'amd64' } } });
    expect(root.masks(only(root, 'app-misc/a'))).toEqual([
      { kind: 'keyword', keywords: ['amd64'], wouldAccept: ['amd64'], advised: '**' },
    ]);
  });

  it('takes a line without keywords as the testing keyword of the profile', () => {
    const root = load({
      ebuilds: { 'app-misc/a-1': { KEYWORDS: '~x86' } },
      user_config: { 'package.accept_keywords': ['app-misc/a'] },
    });
    expect(root.masks(only(root, 'app-misc/a'))).toEqual([]);
  });

  it('refuses what ACCEPT_RESTRICT and ACCEPT_PROPERTIES refuse, conditionals evaluated', () => {
    const root = load({
      ebuilds: {
        'app-misc/a-1': { EAPI: '8', IUSE: 'x', RESTRICT: '!x? ( bindist ) mirror' },
        'app-misc/b-1': { EAPI: '8', PROPERTIES: 'interactive' },
      },
      user_config: { 'make.conf': ['ACCEPT_RESTRICT="* -bindist"', 'ACCEPT_PROPERTIES="* -interactive"'] },
    });
    expect(root.masks(only(root, 'app-misc/a'))).toEqual([{ kind: 'restrict', missing: ['bindist'] }]);
    expect(root.masks(only(root, 'app-misc/b'))).toEqual([{ kind: 'properties', missing: ['interactive'] }]);
  });

  it('masks metadata that its EAPI does not allow', () => {
    const root = load({
      ebuilds: {
        'app-misc/a-1': { EAPI: '4', DEPEND: 'a/b:=' },
        'app-misc/b-1': { EAPI: '8', DEPEND: 'unknown? ( a/b )' },
        'app-misc/c-1': { EAPI: '77' },
      },
    });
    expect(root.masks(only(root, 'app-misc/a'))[0]?.kind).toBe('invalid');
    expect(root.masks(only(root, 'app-misc/b'))[0]).toMatchObject({
      kind: 'invalid',
      detail: expect.stringContaining('`unknown`'),
    });
    expect(root.masks(only(root, 'app-misc/c'))).toEqual([{ kind: 'eapi', eapi: '77' }]);
  });

  it('takes a slot that is none as 0, and tells licences beside what is invalid', () => {
    const root = load({ ebuilds: { 'app-misc/a-1': { EAPI: '8', SLOT: '0/1/2', LICENSE: 'TEST' } } });
    expect(only(root, 'app-misc/a')).toMatchObject({ slot: '0', subSlot: '0' });
    expect(root.masks(only(root, 'app-misc/a')).map((mask) => mask.kind)).toEqual(['invalid', 'license']);
  });

  it('keeps an installed package visible whatever its keywords', () => {
    const root = load({ installed: { 'app-misc/a-1': { KEYWORDS: '' } } });
    expect(root.masks(root.installed('app-misc/a')[0] as Candidate)).toEqual([]);
  });
});

describe('USE', () => {
  const enabled = (playground: Playground, name = 'app-misc/a'): string[] => {
    const root = load(playground);
    return [...root.use(only(root, name)).enabled].sort();
  };
  const ebuild = (iuse: string): Playground['ebuilds'] => ({ 'app-misc/a-1': { EAPI: '8', IUSE: iuse } });

  it('stacks IUSE defaults, profile, make.conf and package.use', () => {
    expect(
      enabled({
        ebuilds: ebuild('+a b c d e'),
        profile: { 'make.defaults': ['ARCH="x86"', 'USE="b -a"'], 'package.use': ['app-misc/a c'] },
        user_config: { 'make.conf': ['USE="d -b"'], 'package.use': ['app-misc/a -d e'] },
      }),
    ).toEqual(['c', 'e']);
  });

  it('lets make.conf replace a USE_EXPAND group, and package.use change one flag of it', () => {
    const files = { [`${profileFile}/make.defaults`]: 'USE_EXPAND="TARGETS"\nTARGETS="one two"\n' };
    const ebuilds = ebuild('targets_one targets_two targets_three');
    expect(enabled({ ebuilds, extra_files: files })).toEqual(['targets_one', 'targets_two']);
    expect(enabled({ ebuilds, extra_files: files, user_config: { 'make.conf': ['TARGETS="three"'] } })).toEqual([
      'targets_three',
    ]);
    expect(
      enabled({ ebuilds, extra_files: files, user_config: { 'package.use': ['app-misc/a TARGETS: -one three'] } }),
    ).toEqual(['targets_three', 'targets_two']);
    expect(enabled({ ebuilds, extra_files: files, user_config: { 'package.use': ['*/* TARGETS: -* three'] } })).toEqual(
      ['targets_three'],
    );
  });

  it('forces and masks, the mask stronger, stable files only for stable packages', () => {
    const profile = {
      eapi: ['8'],
      'use.force': ['x86', 'f', 'both'],
      'use.mask': ['both', 'm'],
      'use.stable.mask': ['s'],
      'package.use.mask': ['app-misc/b -m'],
    };
    const ebuilds = {
      'app-misc/a-1': { EAPI: '8', IUSE: 'f both m s' },
      'app-misc/b-1': { EAPI: '8', IUSE: 'm s', KEYWORDS: '~x86' },
    };
    const user_config = { 'make.conf': ['USE="both m s"'], 'package.accept_keywords': ['app-misc/b ~x86'] };
    expect(enabled({ ebuilds, profile, user_config })).toEqual(['f']);
    expect(enabled({ ebuilds, profile, user_config }, 'app-misc/b')).toEqual(['m', 's']);
  });

  it('knows which flags are in IUSE_EFFECTIVE', () => {
    const root = load({
      ebuilds: { 'app-misc/a-1': { EAPI: '8', IUSE: 'own' }, 'app-misc/b-1': { EAPI: '4' } },
      extra_files: {
        [`${profileFile}/make.defaults`]:
          'IUSE_IMPLICIT="prefix"\nUSE_EXPAND="ELIBC"\nUSE_EXPAND_UNPREFIXED="ARCH"\nUSE_EXPAND_IMPLICIT="ELIBC ARCH"\n' +
          'USE_EXPAND_VALUES_ELIBC="glibc musl"\nUSE_EXPAND_VALUES_ARCH="x86 arm"\nUSE_EXPAND_HIDDEN="ELIBC"\nELIBC="glibc"\n',
      },
    });
    const newer = only(root, 'app-misc/a');
    for (const flag of ['own', 'prefix', 'elibc_musl', 'arm']) expect(root.isEffectiveFlag(newer, flag)).toBe(true);
    expect(root.isEffectiveFlag(newer, 'build')).toBe(false);
    expect([...root.use(newer).enabled].sort()).toEqual(['elibc_glibc', 'x86']);
    expect(root.isEffectiveFlag(only(root, 'app-misc/b'), 'build')).toBe(true);
  });

  it('puts test on for FEATURES=test, unless RESTRICT names it with the flag on', () => {
    const ebuilds = {
      'app-misc/a-1': { EAPI: '8', IUSE: 'test', RESTRICT: '!test? ( test )' },
      'app-misc/b-1': { EAPI: '8', IUSE: 'test', RESTRICT: 'test' },
    };
    const user_config = { 'make.conf': ['FEATURES="test"'] };
    expect(enabled({ ebuilds, user_config })).toEqual(['test']);
    expect(enabled({ ebuilds, user_config }, 'app-misc/b')).toEqual([]);
  });

  it('answers with the recorded flags of built packages', () => {
    const root = load({
      installed: { 'app-misc/a-1': { EAPI: '8', IUSE: 'a b', USE: 'b' } },
      user_config: { 'make.conf': ['USE="a"'] },
    });
    const installed = root.installed('app-misc/a')[0] as Candidate;
    expect([...root.use(installed).enabled]).toEqual(['b']);
    expect([...root.configuredUse(installed).enabled]).toEqual(['a']);
  });
});

describe('sets and provided packages', () => {
  const root = load({
    installed: { 'app-misc/i-1': { SLOT: '2' } },
    profile: {
      packages: ['*app-misc/s', 'app-misc/p', '*app-misc/gone', '-*app-misc/gone'],
      'package.provided': ['app-misc/v-1'],
    },
    sets: { own: ['app-misc/x', '@inner'], inner: ['app-misc/y'] },
    world: ['app-misc/w'],
    world_sets: ['@own'],
  });

  it.each([
    ['system', ['app-misc/s']],
    ['own', ['app-misc/x', 'app-misc/y']],
    ['selected', ['app-misc/w', 'app-misc/x', 'app-misc/y']],
    ['world', ['app-misc/w', 'app-misc/x', 'app-misc/y', 'app-misc/s']],
    ['installed', ['app-misc/i:2']],
    ['nowhere', null],
  ])('@%s', (name, atoms) => {
    expect(root.set(name)).toEqual(atoms);
  });

  it('lists package.provided by name', () => {
    expect(root.provided('app-misc/v')).toEqual(['app-misc/v-1']);
  });
});

it('orders candidates by version, then by priority of the repository', () => {
  const root = load({
    ebuilds: { 'app-misc/a-1': {}, 'app-misc/a-2::low': {}, 'app-misc/a-2::high': {} },
    user_config: { 'repos.conf': ['[high]', 'priority = 5', '[low]', 'priority = 1'] },
  });
  expect(root.candidates('app-misc/a').map((each) => `${each.cpv}::${each.repository}`)).toEqual([
    'app-misc/a-2::high',
    'app-misc/a-2::low',
    'app-misc/a-1::test_repo',
  ]);
});
