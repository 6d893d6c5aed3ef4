import { describe, expect, it } from 'vitest';
import { eapi } from '../pms/eapi';
import { routeDependencies } from './root-deps';
import { ebuildRootVariables, resolveRoots, type ValidRoots } from './roots';
import type { RootInput } from './roots-input';

const eight = { eapi: '8' } as const;

function valid(input: RootInput): ValidRoots {
  const answer = resolveRoots(input);
  if (!answer.valid) throw new Error(answer.message);
  return answer;
}

describe('the DEPEND prefix table (PMS 8.1)', () => {
  it.each([
    // ROOT, SYSROOT, EPREFIX, BROOT, ESYSROOT, offset of DEPEND, rule
    ['/', '/', '', '', '/', '', 'sysroot-is-root'],
    ['/', '/', '/opt/demo', '', '/opt/demo', '/opt/demo', 'sysroot-is-root'],
    ['/build', '/build', '/opt/demo', '', '/build/opt/demo', '/opt/demo', 'sysroot-is-root'],
    ['/build', '/', '/opt/demo', '', '/', '', 'sysroot-is-host'],
    ['/build', '/', '/opt/demo', '/gentoo', '/gentoo', '/gentoo', 'sysroot-is-host'],
    ['/build', '/other', '/opt/demo', '/gentoo', '/other', '', 'sysroot-is-other'],
    ['/', '/', '', '/gentoo', '/', '', 'sysroot-is-root'],
  ])(
    'ROOT %s SYSROOT %s EPREFIX "%s" BROOT "%s" gives ESYSROOT %s',
    (root, sysroot, eprefix, broot, esysroot, prefix, rule) => {
      const answer = valid({ root, sysroot, eprefix, broot, ...eight });
      expect(answer.ESYSROOT).toBe(esysroot);
      expect(answer.dependencies.DEPEND).toMatchObject({ root: sysroot, prefix, path: esysroot, rule });
      expect(answer.decisions.filter(({ decides }) => decides)).toHaveLength(1);
    },
  );
});

describe('defaults and normalisation', () => {
  it.each([
    [{ ...eight }, '/', '/', '/'],
    [{ root: '', sysroot: '', eprefix: '', ...eight }, '/', '/', '/'],
    [
      { root: '/b//c/../c/', sysroot: '/b/c', eprefix: '//opt///demo/', ...eight },
      '/b/c/opt/demo',
      '/b/c/opt/demo',
      '/',
    ],
    [{ root: '/b', eprefix: '/', ...eight }, '/b', '/', '/'],
    [{ root: '/b', broot: '/gentoo/', ...eight }, '/b/gentoo', '/gentoo', '/gentoo'],
    [{ root: 'b', workingDirectory: '/w', ...eight }, '/w/b', '/', '/'],
  ])('%j', (input, eroot, esysroot, broot) => {
    expect(valid(input)).toMatchObject({ EROOT: eroot, ESYSROOT: esysroot, BROOT: broot });
  });

  it('takes BROOT for an unset EPREFIX but not for an empty one', () => {
    expect(valid({ broot: '/gentoo', ...eight }).EPREFIX).toBe('/gentoo');
    expect(valid({ broot: '/gentoo', eprefix: '', ...eight }).EPREFIX).toBe('');
  });
});

describe('refusals', () => {
  it.each([
    [{ root: '/', sysroot: '/s', ...eight }, 'sysroot-must-be-slash', { sysroot: null }],
    [{ root: '/b', eprefix: 'opt/demo', ...eight }, 'eprefix-relative', { eprefix: '/opt/demo' }],
    [{ root: 'b', ...eight }, 'root-relative', { root: '/b' }],
    [{ root: '/b', sysroot: 's', ...eight }, 'sysroot-relative', { sysroot: '/s' }],
    [{ broot: 'gentoo', ...eight }, 'broot-relative', { broot: '/gentoo' }],
    [{ root: '/b\n', ...eight }, 'control-character', { root: '/b' }],
    [{ eapi: '10' }, 'unknown-eapi', { eapi: '8' }],
  ] as const)('%j is %s, and the offered change is valid', (input: RootInput, error, changes) => {
    const answer = resolveRoots(input);
    expect(answer).toMatchObject({ valid: false, error });
    const [first] = answer.advice;
    expect(first).toMatchObject({ code: error, severity: 'error' });
    expect(first?.fixes[0]?.changes).toEqual(changes);
    expect(resolveRoots({ ...input, ...first?.fixes[0]?.changes }).valid).toBe(true);
  });

  it('says that ROOT is a file when the caller has looked', () => {
    expect(resolveRoots({ root: '/b', disk: { rootIsFile: true }, ...eight })).toMatchObject({
      error: 'root-not-a-directory',
    });
  });
});

describe('dependency classes by EAPI (PMS 8.1)', () => {
  it.each([
    ['6', ['DEPEND', 'RDEPEND', 'PDEPEND'], '/'],
    ['7', ['BDEPEND', 'DEPEND', 'RDEPEND', 'PDEPEND'], '/b/opt/demo'],
    ['8', ['BDEPEND', 'DEPEND', 'RDEPEND', 'PDEPEND', 'IDEPEND'], '/b/opt/demo'],
    ['9', ['BDEPEND', 'DEPEND', 'RDEPEND', 'PDEPEND', 'IDEPEND'], '/b/opt/demo'],
  ])('EAPI %s has %j and DEPEND at %s', (name, classes, depend) => {
    const { dependencies } = valid({ root: '/b', sysroot: '/b', eprefix: '/opt/demo', eapi: name });
    expect(Object.keys(dependencies)).toEqual(classes);
    expect(dependencies.DEPEND?.path).toBe(depend);
    expect(dependencies.RDEPEND?.path).toBe('/b/opt/demo');
  });

  it('gives ebuilds paths with a slash at the end only up to EAPI 6 (PMS 11.1)', () => {
    const roots = valid({ root: '/b', sysroot: '/b', eprefix: '/opt/demo', ...eight });
    expect(ebuildRootVariables(roots, eapi('6'))).toEqual({ ROOT: '/b/', EPREFIX: '/opt/demo', EROOT: '/b/opt/demo/' });
    expect(ebuildRootVariables(roots, eapi('8'))).toMatchObject({ ROOT: '/b', ESYSROOT: '/b/opt/demo', BROOT: '' });
    expect(ebuildRootVariables(valid({ ...eight }), eapi('2'))).toEqual({ ROOT: '/' });
  });

  it('wants everything in the target too with --root-deps', () => {
    expect(routeDependencies(eapi('8'), 'other', 'on')).toEqual({
      BDEPEND: ['host', 'target'],
      DEPEND: ['sysroot', 'target'],
      RDEPEND: ['target'],
      PDEPEND: ['target'],
      IDEPEND: ['host', 'target'],
    });
    expect(routeDependencies(eapi('6'), 'root', 'rdeps').DEPEND).toEqual([]);
  });
});

describe('advice beyond the rule', () => {
  it.each([
    [{ root: '/f', eprefix: '/opt/demo', ...eight }, 'builds-against-host'],
    [{ root: '/f', sysroot: '/s', eprefix: '/opt/demo', ...eight }, 'prefixed-third-sysroot'],
    [{ root: '/f', sysroot: '/s', eprefix: '', ...eight }, 'third-sysroot-needs-profile'],
    [
      { root: '/link', sysroot: '/s', disk: { realRoot: '/s', realSysroot: '/s' }, ...eight },
      'links-to-same-directory',
    ],
    [{ root: '/b', sysroot: '/b', eprefix: '/usr', ...eight }, 'prefix-is-host-directory'],
    [{ root: '/b', sysroot: '/b', eprefix: '/srv/x', ...eight }, 'prefix-outside-hierarchies'],
    [{ root: '/b', sysroot: '/b', eprefix: '/b/opt/x', ...eight }, 'prefix-repeats-root'],
    [{ root: '/my b', sysroot: '/my b', ...eight }, 'space-in-path'],
    [{ root: '/b:c', sysroot: '/b:c', ...eight }, 'colon-in-path'],
    [{ broot: '/gentoo', ...eight }, 'inherited-prefix'],
  ])('%j: %s, gone after the first fix', (input: RootInput, code) => {
    const before = resolveRoots(input).advice.find((advice) => advice.code === code);
    expect(before?.fixes.length).toBeGreaterThan(0);
    const disk = { ...input.disk, realSysroot: undefined };
    const after = resolveRoots({ ...input, ...before?.fixes[0]?.changes, disk });
    expect(after.valid).toBe(true);
    expect(after.advice.map((advice) => advice.code)).not.toContain(code);
  });

  it.each([
    [{ eprefix: '/opt/demo', ...eight }, 'cross-prefix'],
    [{ root: '/b', sysroot: '/b', eapi: '6' }, 'depend-on-host'],
    [{ root: '/b', sysroot: '/b', eprefix: '/opt/demo', eapi: '2' }, 'eapi-without-prefix'],
    [{ root: '/b/./c', sysroot: '/b/c', ...eight }, 'dots-in-path'],
  ])('%j: %s', (input: RootInput, code) => {
    expect(resolveRoots(input).advice.map((advice) => advice.code)).toContain(code);
  });

  it('has nothing to say about the two roots of a prefix build', () => {
    expect(
      resolveRoots({ root: '/build/x/root', sysroot: '/build/x/root', eprefix: '/opt/demo', ...eight }).advice,
    ).toEqual([]);
    const final = resolveRoots({ root: '/final', eprefix: '/opt/demo', usePackagesOnly: true, ...eight });
    expect(final.advice).toEqual([]);
  });
});
