import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { deriveFailures } from './derive';
import { explainDerivation } from './explain';
import { defaultOptions } from './options';
import type { Derivation } from './plan';
import { resolve } from './resolver';
import { withoutInstalled } from './views';

/** Why a target with these ebuilds cannot have the request, with the help of a host. */
function failuresOf(
  playground: Playground,
  request: string,
  host: Playground = { ebuilds: {} },
): readonly Derivation[] {
  const roots = {
    running: loadPlayground(host).root,
    target: withoutInstalled(loadPlayground(playground).root),
    targetSysroot: 'target' as const,
  };
  const resolution = resolve(roots, [request], defaultOptions);
  return deriveFailures(resolution, (pkg) => (pkg.root === resolution.run.frozen.running ? 'host' : 'staging'));
}

describe('the class by which something is wanted', () => {
  it.each(['BDEPEND', 'IDEPEND'] as const)('is %s for what the host lacks and the prefix has', (each) => {
    const [failure] = failuresOf(
      {
        ebuilds: {
          'app-misc/tool-1': { EAPI: '8', RDEPEND: 'dev-util/helper', [each]: 'dev-util/helper' },
          'dev-util/helper-1': { EAPI: '8' },
        },
      },
      'app-misc/tool',
    );
    expect(failure?.failure.kind).toBe('not_on_host');
    expect(failure?.chain[0]?.class).toBe(each);
  });

  it('is RDEPEND for what the prefix lacks', () => {
    const [failure] = failuresOf(
      { ebuilds: { 'app-misc/tool-1': { EAPI: '8', RDEPEND: 'dev-util/helper', BDEPEND: 'dev-util/helper' } } },
      'app-misc/tool',
      { ebuilds: {}, installed: { 'dev-util/helper-1': { EAPI: '8' } } },
    );
    expect(failure?.failure.kind).toBe('no_such_package');
    expect(failure?.chain[0]?.class).toBe('RDEPEND');
  });
});

describe('advice', () => {
  const adviceOn = (playground: Playground, request: string): string => {
    const [first] = failuresOf(playground, request);
    if (first === undefined) throw new Error('there is a plan');
    const { cause, next } = explainDerivation(first);
    return [...cause, ...next].join('\n');
  };

  it('is not to set a flag that the profile keeps off', () => {
    const ebuilds = {
      'app-misc/tool-1': { EAPI: '8', DEPEND: 'dev-libs/lib[abi_mips_o32]' },
      'dev-libs/lib-1': { EAPI: '8', IUSE: 'abi_mips_o32' },
    };
    const told = adviceOn({ ebuilds, profile: { 'use.mask': ['abi_mips_o32'] } }, 'app-misc/tool');
    expect(told).toContain('The profile keeps `abi_mips_o32` off (use.mask).');
    expect(told).not.toContain('Set the USE flags');
    expect(adviceOn({ ebuilds }, 'app-misc/tool')).toContain('Set the USE flags');
  });

  it('is not to repair REQUIRED_USE by a flag that the profile fixes, nor to drop a condition that it forces', () => {
    const ebuilds = { 'app-misc/tool-1': { EAPI: '8', IUSE: 'a b', REQUIRED_USE: '|| ( a b )' } };
    const told = adviceOn({ ebuilds, profile: { 'use.mask': ['a'] } }, 'app-misc/tool');
    expect(told).toContain('`b` on');
    expect(told).not.toContain('`a` on');
    const neither = adviceOn({ ebuilds, profile: { 'use.mask': ['a', 'b'] } }, 'app-misc/tool');
    expect(neither).toContain('The profile keeps');
    expect(neither).not.toMatch(/switch/i);
    const forced = { 'app-misc/tool-1': { EAPI: '8', IUSE: 'extra', DEPEND: 'extra? ( dev-libs/gone )' } };
    const adviceBy = (profile: Playground['profile']) => adviceOn({ ebuilds: forced, profile }, 'app-misc/tool');
    expect(adviceBy({ 'use.force': ['extra'] })).not.toMatch(/switch/i);
    expect(adviceBy({ 'make.defaults': ['USE="extra"'] })).toMatch(/switch `extra` off/i);
  });

  it('names a repository that has nothing, instead of versions', () => {
    const told = adviceOn({ ebuilds: { 'app-misc/tool-1': { EAPI: '8' } } }, 'app-misc/tool::elsewhere');
    expect(told).toContain('Ask for `app-misc/tool`, from whichever repository has it.');
    expect(told).not.toContain('without a version');
  });

  it('tells a dependency under an old name as moved', () => {
    const told = adviceOn(
      {
        ebuilds: {
          'app-misc/tool-1': { EAPI: '8', RDEPEND: '>=dev-old/lib-1' },
          'dev-new/lib-1': { EAPI: '8' },
        },
        extra_files: { 'var/repositories/test_repo/profiles/updates/1Q-2020': 'move dev-old/lib dev-new/lib\n' },
      },
      'app-misc/tool',
    );
    expect(told).toContain('`dev-old/lib` is `dev-new/lib` now');
    expect(told).toContain('write `>=dev-new/lib-1` there');
  });
});
