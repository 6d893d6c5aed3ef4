import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits, type Design, parseDesign, validateDesign } from '../design';
import { explainDerivations } from '../resolve/explain';
import type { DesignEdit, PlannedPackage } from '../resolve/plan';
import { fixesFromElsewhere, missingPackages } from './elsewhere';
import { exportMinimalTree } from './minimal-tree';
import { type DesignPlan, planDesign, planWithEdits } from './plan-design';

const project = resolve(import.meta.dirname, '../..');
const starterFolder = join(project, 'overlays/starter');

function design(packages: readonly string[], more: Readonly<Record<string, unknown>> = {}): Design {
  const result = validateDesign({ name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages, ...more });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.design;
}

function planned(plan: DesignPlan) {
  if (plan.kind !== 'planned') throw new Error(JSON.stringify(plan.derivations, null, 1));
  return plan.plan;
}

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
const home = join(folder, 'home');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cpvs = (packages: readonly PlannedPackage[], root: string): string[] =>
  packages.filter((pkg) => pkg.root === root).map((pkg) => pkg.cpv.replace(/-\d.*$/, ''));

describe('planning on the starter tree', () => {
  let nano: DesignPlan;
  beforeAll(async () => {
    nano = await planDesign(design(['app-editors/nano']), { home, starterFolder });
  });

  it('builds in staging and installs what is needed to run', () => {
    const { packages } = planned(nano);
    expect(cpvs(packages, 'staging').slice(0, 2)).toEqual(['sys-libs/c-runtime', 'sys-devel/c-toolchain']);
    expect(cpvs(packages, 'staging')).toContain('sys-libs/ncurses');
    expect(cpvs(packages, 'final')).not.toContain('sys-devel/c-toolchain');
    expect(cpvs(packages, 'final')).toEqual(expect.arrayContaining(['sys-libs/c-runtime', 'app-editors/nano']));
    expect(packages.filter((pkg) => pkg.requested).map((pkg) => `${pkg.root} ${pkg.pn}`)).toEqual([
      'staging nano',
      'final nano',
    ]);
    expect(new Set(packages.filter((pkg) => pkg.root === 'staging').map((pkg) => pkg.action))).toEqual(
      new Set(['build']),
    );
  });

  it('orders packages behind what they need', () => {
    const { packages, edges } = planned(nano);
    const position = new Map(packages.map((pkg, index) => [pkg.id, index]));
    const steps = new Map(packages.map((pkg) => [pkg.id, pkg.step]));
    for (const edge of edges) {
      if (edge.soft || !position.has(edge.to) || edge.to.startsWith('host|')) continue;
      expect(position.get(edge.from), `${edge.from} needs ${edge.to}`).toBeGreaterThan(position.get(edge.to) as number);
      expect(steps.get(edge.from)).toBeGreaterThan(steps.get(edge.to) as number);
    }
  });

  it('gives an equal plan an equal hash, whatever the order of the requests', async () => {
    const both = ['app-text/tree', 'app-editors/nano'];
    const one = planned(await planDesign(design(both), { home, starterFolder }));
    const other = planned(await planDesign(design([...both].reverse()), { home, starterFolder }));
    expect(other.hash).toBe(one.hash);
    expect(one.hash).not.toBe(planned(nano).hash);
  });

  it('tries edits without opening the tree again', () => {
    const result = planWithEdits(nano.opened, [{ kind: 'package_use', atom: 'app-editors/nano', flags: ['-unicode'] }]);
    if (result?.kind !== 'planned') throw new Error('no plan');
    const own = result.plan.packages.find((pkg) => pkg.id.startsWith('staging|app-editors/nano'));
    expect(own?.use).not.toContain('unicode');
    expect(planWithEdits(nano.opened, [{ kind: 'add_repository', name: 'x', location: '/x' }])).toBeNull();
  });

  it('finds packages in a repository of the design', async () => {
    const overlay = join(folder, 'own');
    const files = {
      'profiles/repo_name': 'own\n',
      'profiles/categories': 'app-misc\n',
      'metadata/layout.conf': 'masters = starter\n',
      'app-misc/hello/hello-1.ebuild':
        'EAPI=8\ninherit starter\nDESCRIPTION="Says hello"\nSLOT="0"\nKEYWORDS="amd64"\nRDEPEND="sys-libs/ncurses"\n',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(overlay, name)), { recursive: true });
      writeFileSync(join(overlay, name), text);
    }
    const repositories = [{ name: 'own', location: overlay }];
    const plan = planned(await planDesign(design(['app-misc/hello'], { repositories }), { home, starterFolder }));
    expect(plan.packages.find((pkg) => pkg.pn === 'hello')).toMatchObject({
      repository: 'own',
      description: 'Says hello',
    });
    expect(cpvs(plan.packages, 'final')).toContain('sys-libs/ncurses');

    const without = await planDesign(design(['app-misc/hello']), { home, starterFolder });
    if (without.kind !== 'unsolved') throw new Error('was planned');
    const known = [
      { name: 'starter', location: starterFolder },
      { name: 'gone', location: join(folder, 'gone') },
      { name: 'own', location: overlay },
    ];
    expect(await fixesFromElsewhere(without.opened, missingPackages(without), known)).toEqual([
      {
        edits: [{ kind: 'add_repository', name: 'own', location: overlay }],
        title: 'Add the repository own',
        cost: `1 package of it, from \`${overlay}\`. Builds 4 packages.`,
      },
    ]);
    const missing = design(['app-misc/hello'], { repositories: [{ name: 'gone', location: join(folder, 'gone') }] });
    await expect(planDesign(missing, { home, starterFolder })).rejects.toMatchObject({ code: 'REPOSITORY_MISSING' });
  });

  it('takes back what the design itself rules out', async () => {
    const own = design(['app-editors/nano'], { package_mask: ['app-arch/xz-utils', 'sys-libs/ncurses'] });
    const result = await planDesign(own, { home, starterFolder });
    if (result.kind !== 'unsolved') throw new Error('was planned');
    const edit: DesignEdit = { kind: 'drop_mask', atom: 'sys-libs/ncurses' };
    expect(result.fixes[0]).toMatchObject({ edits: [edit], title: 'Allow ncurses again' });
    expect(explainDerivations(result.derivations)[0]?.title).toBe('Your design rules `sys-libs/ncurses` out');
    expect(applyEdits(own, [edit]).package_mask).toEqual(['app-arch/xz-utils']);
  });

  it('says that a package does not exist', async () => {
    const plan = await planDesign(design(['app-misc/no-such-thing']), { home, starterFolder });
    expect(plan.kind === 'unsolved' && plan.derivations[0]?.failure).toMatchObject({
      kind: 'no_such_package',
      atom: 'app-misc/no-such-thing',
    });
  });

  it('offers the testing keyword of the board, not the stable one of another', async () => {
    const plan = await planDesign(design(['dev-libs/libyaml'], { board: 'arm64-usr' }), { home, starterFolder });
    if (plan.kind !== 'unsolved') throw new Error('libyaml was planned');
    const [story] = explainDerivations(plan.derivations);
    expect(story?.next).toEqual(['Accept the keyword `~arm64` for `=dev-libs/libyaml-0.2.5`.']);
    expect(plan.fixes[0]?.edits).toEqual([
      { kind: 'accept_keywords', atom: '=dev-libs/libyaml-0.2.5', keywords: ['~arm64'] },
    ]);
  });

  const starters = join(project, 'public/starters');
  const files = existsSync(starters) ? readdirSync(starters).filter((name) => name.endsWith('.yaml')) : [];
  it.each(files)('plans %s for its boards, and the same on its minimal tree', async (file) => {
    const parsed = parseDesign(readFileSync(join(starters, file), 'utf8'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    for (const board of ['amd64-usr', 'arm64-usr'] as const) {
      const wanted = { ...parsed.design, board };
      const plan = await planDesign(wanted, { home, starterFolder });
      const place = join(folder, `minimal-${file}-${board}`);
      const tree = exportMinimalTree(plan.opened, planned(plan), place);
      const count = Object.values(tree.ebuilds).reduce((sum, each) => sum + each, 0);
      expect(count).toBe(planned(plan).packages.filter((pkg) => pkg.root === 'staging').length);
      const again = await planDesign(wanted, { home, starterFolder: place });
      expect(planned(again).hash).toBe(planned(plan).hash);
      expect(() => exportMinimalTree(plan.opened, planned(plan), place)).toThrow('is not empty');
    }
  });
});
