import { describe, expect, it } from 'vitest';
import { parseAdvisory } from './advisories';
import { loadPlayground, type Playground } from './playground';

const glsa = (affected: string): string =>
  `<?xml version="1.0"?>\n<!DOCTYPE glsa SYSTEM "http://www.gentoo.org/dtd/glsa.dtd">\n<glsa id="1">\n<affected>\n${affected}\n</affected>\n<description><p>&lt;vulnerable range="lt"&gt;9&lt;/vulnerable&gt;</p></description></glsa>\n`;
const pkg = (name: string, inner: string, arch = '*'): string =>
  `<package name="${name}" auto="yes" arch="${arch}">${inner}</package>`;
const below = (version: string): string =>
  `<unaffected range="ge">${version}</unaffected><vulnerable range="lt">${version}</vulnerable>`;

const folder = 'var/repositories/test_repo/metadata/glsa';

/** What `@security` means in a system with these packages and advisories. */
function security(playground: Playground, advisories: Readonly<Record<string, string>>, set = 'security') {
  const files = Object.entries(advisories).map(([id, text]) => [`${folder}/glsa-${id}.xml`, text] as const);
  const { root } = loadPlayground({
    ...playground,
    extra_files: { ...playground.extra_files, ...Object.fromEntries(files) },
  });
  return root.set(set);
}

const three = { 'a/b-1': {}, 'a/b-2': {}, 'a/b-3': {} };

// the answers are those of `emerge -p @security` of Portage on the same systems
describe('@security', () => {
  it('is the nearest version that is not affected', () => {
    const system = { ebuilds: three, installed: { 'a/b-1': {} } };
    expect(security(system, { '202001-01': glsa(pkg('a/b', below('2'))) })).toEqual(['=a/b-2']);
  });

  it.each<[string, Playground, string]>([
    ['what is installed is not affected', { ebuilds: three, installed: { 'a/b-2': {} } }, pkg('a/b', below('2'))],
    ['it is not installed', { ebuilds: three }, pkg('a/b', below('2'))],
    ['there is no later version', { ebuilds: { 'a/b-1': {} }, installed: { 'a/b-1': {} } }, pkg('a/b', below('2'))],
    [
      'it is for another processor',
      { ebuilds: three, installed: { 'a/b-1': {} } },
      pkg('a/b', below('2'), 'arm64 hppa'),
    ],
    [
      'the update is masked',
      { ebuilds: three, installed: { 'a/b-1': {} }, user_config: { 'package.mask': ['>=a/b-2'] } },
      pkg('a/b', below('2')),
    ],
    [
      'the update is of another slot',
      { ebuilds: { 'a/b-2': { SLOT: '2' } }, installed: { 'a/b-1': {} } },
      pkg('a/b', below('2')),
    ],
  ])('asks for nothing when %s', (_, system, affected) => {
    expect(security(system, { '202001-01': glsa(affected) })).toEqual([]);
  });

  it('takes several advisories together, the later version of a slot', () => {
    const system = { ebuilds: { ...three, 'a/c-1': {}, 'a/c-2': {} }, installed: { 'a/b-1': {}, 'a/c-1': {} } };
    expect(
      security(system, {
        '202001-01': glsa(pkg('a/b', below('2')) + pkg('a/c', below('2'))),
        '202001-02': glsa(pkg('a/b', below('3'))),
      }),
    ).toEqual(['=a/b-3', '=a/c-2']);
  });

  it('leaves out what somebody has marked as applied', () => {
    const system = {
      ebuilds: three,
      installed: { 'a/b-1': {} },
      extra_files: { 'var/lib/portage/glsa_injected': '202001-01\n' },
    };
    expect(security(system, { '202001-01': glsa(pkg('a/b', below('2'))) })).toEqual([]);
  });

  it.each([
    ['1', ['=a/b-1-r3']],
    ['1-r2', ['=a/b-1-r3']],
    ['1-r3', []],
    ['2-r1', []],
  ])('compares revisions of one version: %s', (version, wanted) => {
    const system = { ebuilds: { 'a/b-1-r3': {}, 'a/b-2-r1': {} }, installed: { [`a/b-${version}`]: {} } };
    const ranges =
      '<unaffected range="rge">1-r3</unaffected><unaffected range="ge">2</unaffected><vulnerable range="lt">2</vulnerable>';
    expect(security(system, { '202001-01': glsa(pkg('a/b', ranges)) })).toEqual(wanted);
  });

  it('is empty where the tree has no advisories, and says how many there are', () => {
    const { root } = loadPlayground({ ebuilds: three, installed: { 'a/b-1': {} } });
    expect([root.set('security'), root.advisories('security'), root.advisories('world')]).toEqual([[], 0, null]);
  });
});

it.each([
  '',
  '<glsa>',
  '<affected><package name="a/b"><vulnerable range="odd">1</vulnerable></package></affected>',
  'x'.repeat(1000),
])('a file that is no advisory says nothing: %#', (text) => {
  expect(parseAdvisory(text, '1').packages.flatMap(({ vulnerable }) => vulnerable)).toEqual([]);
});
