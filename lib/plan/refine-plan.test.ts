import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DesignInput, validateDesign } from '../design';
import { commandRecord, userHooks } from '../engine/bash-hooks';
import { flagRecord } from '../engine/flag-record';
import type { Plan, PlannedPackage } from '../resolve/plan';
import { withBuiltAgain } from './build-again';
import { type DesignPlan, planDesign } from './plan-design';

const folder = mkdtempSync(join(tmpdir(), 'refine-'));
const home = join(folder, 'home');
const starterFolder = resolve(import.meta.dirname, '../../overlays/starter');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function plan(more: Partial<DesignInput>): Promise<DesignPlan> {
  const result = validateDesign({
    name: 'demo',
    board: 'amd64-usr',
    path: '/opt/demo',
    packages: ['app-text/tree', 'sys-apps/pv'],
    ...more,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return planDesign(result.design, { home, starterFolder });
}

function planOf(result: DesignPlan): Plan {
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result.derivations));
  return result.plan;
}

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
};

/** Leaves what a run leaves: VDB entries in both roots and an index of binary packages. */
function carryOut(result: DesignPlan): void {
  const { names, staging, final } = result.opened;
  const stanzas: string[] = ['VERSION: 0'];
  for (const pkg of planOf(result).packages) {
    if (pkg.root === 'host') continue;
    const ebuild = staging.candidates(`${pkg.category}/${pkg.pn}`).find((each) => each.cpv === pkg.cpv);
    const keys: Record<string, string> = {
      ...ebuild?.metadata,
      USE: pkg.use.join(' '),
      repository: pkg.repository,
      BUILD_TIME: '1700000000',
      ...(pkg.root === 'final' ? { INSTALL_MASK: final.variable('INSTALL_MASK') } : {}),
    };
    const eroot = pkg.root === 'final' ? names.finalEroot : names.stagingEroot;
    const pf = `${pkg.pn}-${pkg.version}`;
    for (const [key, value] of Object.entries(keys)) write(join(eroot, 'var/db/pkg', pkg.category, pf, key), value);
    if (pkg.root !== 'staging') continue;
    const path = `${pkg.category}/${pkg.pn}/${pf}-1.gpkg.tar`;
    write(join(names.pkgDir, path), '');
    const rows = { CPV: pkg.cpv, PATH: path, BUILD_ID: '1', REPO: pkg.repository, ...keys };
    stanzas.push(
      Object.entries(rows)
        .map(([key, value]) => `${key}: ${value}`)
        .join('\n'),
    );
  }
  write(join(names.pkgDir, 'Packages'), stanzas.join('\n\n'));
}

const actions = (packages: readonly PlannedPackage[]): Record<string, string[]> => {
  const found: Record<string, string[]> = {};
  for (const pkg of packages) {
    if (pkg.root === 'host') continue;
    const key = `${pkg.root} ${pkg.action}`;
    found[key] = [...(found[key] ?? []), pkg.pn];
  }
  return found;
};

describe('a plan beside what stands on disk', () => {
  let first: DesignPlan;
  beforeAll(async () => {
    first = await plan({});
    carryOut(first);
  });

  it('builds and installs everything at first', () => {
    expect(Object.keys(actions(planOf(first).packages))).toEqual(['staging build', 'final install']);
  });

  it('keeps everything when nothing changed, with the same hash', async () => {
    const again = planOf(await plan({}));
    expect(Object.keys(actions(again.packages))).toEqual(['staging keep', 'final keep']);
    expect(again.hash).toBe(planOf(first).hash);
  });

  it('builds again what got other flags, and says so', async () => {
    const changed = planOf(await plan({ package_use: { 'app-text/tree': ['man'] } }));
    expect(actions(changed.packages)).toMatchObject({ 'staging build': ['tree'], 'final install': ['tree'] });
    const tree = changed.packages.find((pkg) => pkg.id.startsWith('staging|app-text/tree'));
    expect(tree?.reason).toContain('other USE flags (now man)');
  });

  it('removes from final what nothing asks for any more', async () => {
    const less = planOf(await plan({ packages: ['app-text/tree'] }));
    expect(actions(less.packages)).toMatchObject({ 'final remove': ['pv'] });
  });

  it('installs again when the image is to keep other files', async () => {
    const kept = planOf(await plan({ sysext: { keep: ['development'] } }));
    expect(Object.keys(actions(kept.packages))).toEqual(['staging keep', 'final install']);
  });

  it('builds again what was bound to a sub-slot that is planned no more', async () => {
    const { names } = first.opened;
    const entry = join(names.stagingEroot, 'var/db/pkg/app-text/tree-2.1.0/RDEPEND');
    const index = join(names.pkgDir, 'Packages');
    const before = readFileSync(index, 'utf8');
    write(entry, 'sys-libs/c-runtime:0/old=');
    writeFileSync(
      index,
      before.replace(/(CPV: app-text\/tree-2.1.0\n(?:.+\n)*)/, '$1RDEPEND: sys-libs/c-runtime:0/old=\n'),
    );
    const rebuilt = planOf(await plan({}));
    expect(actions(rebuilt.packages)).toMatchObject({ 'staging build': ['tree'], 'final install': ['tree'] });
    expect(rebuilt.packages.find((pkg) => pkg.pn === 'tree')?.reason).toContain(
      '`sys-libs/c-runtime` has another sub-slot now',
    );
    write(entry, '');
    writeFileSync(index, before);
  });

  it('builds again what was changed by hand, whatever its binary package says', async () => {
    const entry = join(first.opened.names.stagingEroot, 'var/db/pkg/app-text/tree-2.1.0/PREFIX_STUDIO_BY_HAND');
    write(entry, 'yes');
    const rebuilt = planOf(await plan({}));
    expect(actions(rebuilt.packages)).toMatchObject({ 'staging build': ['tree'], 'final install': ['tree'] });
    expect(rebuilt.packages.find((pkg) => pkg.pn === 'tree')?.reason).toContain('it was changed by hand');
    rmSync(entry);
  });

  it('keeps what other commands were built with, says so, and how to build it again', async () => {
    const { names } = first.opened;
    const bashrc = join(names.stagingEroot, 'etc/portage/env/app-text/tree');
    write(bashrc, 'post_src_install() { :; }');
    const kept = planOf(await plan({}));
    expect(actions(kept.packages)).toMatchObject({ 'final keep': expect.arrayContaining(['tree']) });
    const told = kept.warnings.filter(({ code }) => code === 'KEPT_AS_BUILT');
    expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(/^`app-text\/tree-2\.1\.0` stays/)]);
    expect(told[0]?.hint).toContain('build demo --rebuild app-text/tree');
    const record = commandRecord(userHooks(names.stagingEroot, 'app-text/tree-2.1.0', '0'), {});
    write(join(names.stagingEroot, 'var/db/pkg/app-text/tree-2.1.0/PREFIX_STUDIO_COMMANDS'), record);
    expect(planOf(await plan({})).warnings.filter(({ code }) => code === 'KEPT_AS_BUILT')).toEqual([]);
    rmSync(bashrc);
    rmSync(join(names.stagingEroot, 'var/db/pkg/app-text/tree-2.1.0/PREFIX_STUDIO_COMMANDS'));
  });

  it('keeps what was built with other flags or from another text, says so, and builds again what is named', async () => {
    const entry = join(first.opened.names.stagingEroot, 'var/db/pkg/app-text/tree-2.1.0');
    const told = async () =>
      planOf(await plan({ make_conf: { CFLAGS: '-O3' } })).warnings.filter(({ code }) => code === 'KEPT_AS_BUILT');
    expect(await told()).toEqual([]);
    write(join(entry, 'PREFIX_STUDIO_FLAGS'), flagRecord({ CFLAGS: '-O2' }));
    expect((await told()).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^`app-text\/tree-2\.1\.0` stays .* with other compiler flags/),
    ]);
    rmSync(join(entry, 'PREFIX_STUDIO_FLAGS'));
    const text = readFileSync(join(starterFolder, 'app-text/tree/tree-2.1.0.ebuild'), 'utf8');
    write(join(entry, 'tree-2.1.0.ebuild'), text.replace(/^KEYWORDS=.*$/m, 'KEYWORDS="~amd64"'));
    expect(await told()).toEqual([]);
    write(join(entry, 'tree-2.1.0.ebuild'), `${text}src_test() { :; }`);
    expect((await told()).map(({ message }) => message)).toEqual([expect.stringContaining('another text now')]);
    rmSync(join(entry, 'tree-2.1.0.ebuild'));

    const again = withBuiltAgain(planOf(await plan({})), ['tree']);
    expect(actions(again.packages)).toMatchObject({ 'staging build': ['tree'], 'final install': ['tree'] });
    expect(() => withBuiltAgain(again, ['tree', 'tre'])).toThrow('no package `tre`');
  });

  it('reuses binary packages when staging is gone', async () => {
    rmSync(join(first.opened.names.stagingEroot, 'var/db/pkg'), { recursive: true });
    expect(Object.keys(actions(planOf(await plan({})).packages))).toEqual(['staging reuse', 'final keep']);
  });
});
