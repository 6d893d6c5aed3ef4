import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixesInTheWay } from '../api/obstacle-words';
import type { ToolchainFacts } from '../layout/toolchain';
import { parseCpv } from '../pms';
import type { PlanEdge, PlannedPackage } from '../resolve/plan';
import { buildObstacle } from './build-obstacle';
import type { OpenedDesign } from './open-design';
import { chooseToolchain } from './toolchain';

let base: string;

const planned = (root: PlannedPackage['root'], cpv: string, repository: string): PlannedPackage => {
  const [category = '', pf = ''] = cpv.split('/');
  const pn = pf.replace(/-\d.*$/, '');
  const action = root === 'host' ? 'provided' : 'build';
  return { id: `${root}|${cpv}`, root, action, cpv, category, pn, repository } as PlannedPackage;
};
const needs = (from: PlannedPackage, to: PlannedPackage): PlanEdge =>
  ({ from: from.id, to: to.id, class: 'BDEPEND', atom: `${to.category}/${to.pn}` }) as PlanEdge;

const one = planned('staging', 'app-misc/one-1', 'tree');
const two = planned('staging', 'app-misc/two-1', 'tree');
const plan = { packages: [one], edges: [] };

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'obstacle-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function put(path: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), '');
}

function opened(toolchain: Partial<ToolchainFacts> = {}): OpenedDesign {
  const repositories = { byName: new Map([['tree', { location: join(base, 'tree') }]]) };
  const facts = { kind: 'host', compiler: '/usr/bin/gcc', summary: 'No compiler for arm64-usr.', ...toolchain };
  const design = { tree: 'mine', board: 'amd64-usr', allow_network: [] };
  return {
    design,
    toolchain: facts,
    staging: { candidates: () => [] },
    tree: { kind: 'flatcar', repositories },
  } as unknown as OpenedDesign;
}

it('names what fetches while it is built, with the line of the design that lets it', () => {
  put('tree/app-misc/one/one-1.ebuild');
  const candidate = {
    kind: 'ebuild',
    cpv: 'app-misc/one-1',
    repository: 'tree',
    qualifiedName: 'app-misc/one',
    version: parseCpv('app-misc/one-1').version,
    slot: '0',
    subslot: '0',
    iuse: new Map(),
    metadata: { PROPERTIES: 'live' },
  };
  const staging = {
    variables: { globals: {}, defaults: {}, conf: {}, environment: {} },
    features: new Set(),
    candidates: () => [candidate],
    use: () => ({ enabled: new Set() }),
    packageVariables: () => ({}),
    bashrcs: () => [],
    profileFlags: () => [],
    isEffectiveFlag: () => false,
  };
  const withDesign = (allow: readonly string[]): OpenedDesign => {
    const mine = opened();
    const repository = { name: 'tree', location: join(base, 'tree'), masters: [], eclassFolders: [] };
    const tree = { ...mine.tree, repositories: { byName: new Map([['tree', repository]]) } };
    return { ...mine, staging, tree, design: { ...mine.design, allow_network: allow } } as unknown as OpenedDesign;
  };
  const obstacle = buildObstacle(withDesign([]), plan);
  expect(obstacle?.message).toContain('`app-misc/one-1` fetches its sources while it is built');
  expect(obstacle?.packages[0]?.fix?.edits).toEqual([{ kind: 'allow_network', atom: 'app-misc/one' }]);
  expect(buildObstacle(withDesign(['app-misc/one']), plan)).toBeNull();
});

it('names a tree that has metadata without ebuilds, package by package', () => {
  const obstacle = buildObstacle(opened(), plan);
  expect(obstacle?.message).toContain('1 of 1 packages cannot be built, `app-misc/one-1` for one');
  expect(obstacle?.hint).toContain('whole checkout');
  expect(obstacle?.packages.map(({ cpv }) => cpv)).toEqual(['app-misc/one-1']);
});

describe('with ebuilds', () => {
  beforeEach(() => {
    put('tree/app-misc/one/one-1.ebuild');
    put('tree/app-misc/two/two-1.ebuild');
  });

  it('asks for the compiler of the tool chain, and only where something is built', () => {
    expect(buildObstacle(opened(), plan)).toBeNull();
    const wish = { tree: 'mine', board: 'amd64-usr', toolchain: 'sdk' } as const;
    const sdk = { ...chooseToolchain(wish, null), compiler: null };
    expect(buildObstacle(opened(sdk), plan)?.message).toBe(sdk.summary);
    expect(buildObstacle(opened(sdk), plan)?.hint).toContain('`toolchain: host`');
    expect(buildObstacle(opened(sdk), plan)?.fix?.edits).toEqual([{ kind: 'toolchain', toolchain: 'host' }]);
    expect(buildObstacle(opened({ compiler: null }), plan)).not.toHaveProperty('fix');
    expect(buildObstacle(opened(sdk), { packages: [], edges: [] })).toBeNull();
    expect(buildObstacle(opened({ compiler: null }), plan)?.message).toBe('No compiler for arm64-usr.');
  });

  it('says which package lacks which tool of the machine, and how to get it', () => {
    const ragel = planned('host', 'dev-util/ragel-6.10', 'not-here');
    const sphinx = planned('host', 'dev-python/sphinx-8.1', 'not-here');
    const here = planned('host', 'dev-build/make-4.4', 'this-machine');
    const obstacle = buildObstacle(opened(), {
      packages: [ragel, sphinx, here, one, two],
      edges: [needs(one, ragel), needs(one, here), needs(two, ragel), needs(two, sphinx)],
    });
    expect(obstacle?.message).toBe(
      '2 of 2 packages cannot be built on this machine: `app-misc/one-1` needs the command `ragel` (`dev-util/ragel`) on the build machine.',
    );
    expect(obstacle?.packages.map(({ cpv, message }) => `${cpv}: ${message}`)).toEqual([
      'app-misc/one-1: It needs the command `ragel` (`dev-util/ragel`) on the build machine.',
      'app-misc/two-1: It needs the command `ragel` (`dev-util/ragel`) on the build machine.',
      'app-misc/two-1: It needs `dev-python/sphinx` on the build machine.',
    ]);
    expect(obstacle?.packages.at(-1)?.hint).toContain('Python module `sphinx`');
  });

  it('names the USE flag that asks for what is lacking, and none where no flag would help', () => {
    const lacking = planned('host', 'dev-util/unheard-of-1', 'not-here');
    const asks = (...conditions: string[]): PlanEdge => ({ ...needs(one, lacking), conditions });
    const hintOf = (...edges: PlanEdge[]): string =>
      buildObstacle(opened(), { packages: [lacking, one], edges })?.packages[0]?.hint ?? '';
    expect(hintOf(asks('doc?'))).toContain('switch off the USE flag `doc` for app-misc/one-1');
    expect(hintOf(asks('doc?', '!man?'))).toContain('switch on the USE flag `man`');
    expect(hintOf(asks('doc?'), asks())).not.toContain('USE flag');
    const found = buildObstacle(opened(), { packages: [lacking, one], edges: [asks('doc?')] });
    expect(fixesInTheWay(found).map(({ edits }) => edits)).toEqual([
      [{ kind: 'package_use', atom: 'app-misc/one', flags: ['-doc'] }],
    ]);
  });

  it.each([
    ['dev-lang/rust-1.91.0', 'There is nothing to install'],
    ['app-eselect/eselect-pinentry-1', 'Write `app-eselect/eselect-pinentry` into `host_provides:`'],
  ])('does not tell to install what only Gentoo has: %s', (cpv, hint) => {
    const lacking = planned('host', cpv, 'not-here');
    const obstacle = buildObstacle(opened(), { packages: [lacking, one], edges: [needs(one, lacking)] });
    expect(obstacle?.packages[0]?.hint).toContain(hint);
  });
});
