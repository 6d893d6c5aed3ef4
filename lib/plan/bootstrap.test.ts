import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Design, validateDesign } from '../design';
import { stagingProfile, writeSmallFlatcar } from './__fixtures__/small-flatcar';
import { planBootstrap } from './bootstrap';
import type { BootstrapPlan, Provider, StageReport } from './bootstrap-report';
import type { BootstrapRole } from './bootstrap-stages';
import { type OpenedDesign, openDesign } from './open-design';
import { addTree } from './trees';

const project = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
const home = join(folder, 'home');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function design(tree: string, more: Readonly<Record<string, unknown>> = {}): Design {
  const wanted = { name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages: ['app-misc/tool'], tree, ...more };
  const result = validateDesign(wanted);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.design;
}

function stage(plan: BootstrapPlan, id: string): StageReport {
  const found = plan.stages.find((each) => each.id === id);
  if (!found) throw new Error(`no stage ${id}`);
  return found;
}

/** `gcc-14` without the category, with `[flags]` */
function builds(plan: BootstrapPlan, id: string, root = 'staging'): string[] {
  const { outcome } = stage(plan, id);
  if (outcome.kind !== 'planned') throw new Error(JSON.stringify(outcome));
  return outcome.packages
    .filter((pkg) => pkg.root === root)
    .map((pkg) => `${pkg.cpv.split('/')[1]}${pkg.use.length > 0 ? `[${pkg.use.join(' ')}]` : ''}`);
}

const textOf = (provider: Provider | null | undefined): string =>
  provider ? `${provider.place === 'host' ? 'host' : provider.stage} ${provider.cpv?.split('/')[1] ?? '?'}` : 'nobody';
const rests = (plan: BootstrapPlan, id: string, role: BootstrapRole): string => textOf(stage(plan, id).restsOn?.[role]);

/** A Flatcar checkout in small: a tool chain, a shell, and a package that wants the shell. */
function writeTree(place: string, system: readonly string[]): void {
  const files: Record<string, string> = {
    'portage-stable/metadata/layout.conf': 'masters =\ncache-formats = md5-dict\n',
  };
  files[`${stagingProfile}/packages`] = system.map((atom) => `*${atom}\n`).join('');
  const ebuilds: Record<string, Record<string, string>> = {
    'portage-stable/sys-apps/baselayout-2': { IUSE: 'build' },
    'portage-stable/sys-kernel/linux-headers-6': { BDEPEND: 'app-shells/sh' },
    'portage-stable/virtual/os-headers-0': { RDEPEND: 'sys-kernel/linux-headers' },
    'portage-stable/dev-libs/idn-1': { DEPEND: 'dev-libs/strings' },
    'portage-stable/dev-libs/strings-1': {},
    'portage-stable/sys-libs/glibc-2': { DEPEND: 'virtual/os-headers', RDEPEND: 'dev-libs/idn' },
    'portage-stable/virtual/libc-1': { RDEPEND: 'sys-libs/glibc' },
    'portage-stable/dev-libs/gmp-6': {},
    'portage-stable/sys-devel/binutils-2': { IUSE: '+zstd' },
    'portage-stable/sys-devel/gcc-14': {
      IUSE: '+cxx +fortran +sanitize',
      BDEPEND: 'sys-devel/binutils',
      DEPEND: 'dev-libs/gmp:=',
      RDEPEND: 'dev-libs/gmp:= sys-libs/glibc',
    },
    'portage-stable/app-shells/sh-1': { IUSE: 'build', BDEPEND: 'sys-devel/gcc' },
    'prefix-overlay/prefix/prefix-final-0': { RDEPEND: 'virtual/libc' },
    'portage-stable/app-misc/tool-1': { RDEPEND: 'app-shells/sh' },
  };
  for (const [path, variables] of Object.entries(ebuilds)) {
    const [overlay, category, pf] = path.split('/') as [string, string, string];
    const all = { DEFINED_PHASES: '-', DESCRIPTION: pf, EAPI: '8', KEYWORDS: 'amd64', SLOT: '0', ...variables };
    files[`${overlay}/metadata/md5-cache/${category}/${pf}`] = Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
  }
  writeSmallFlatcar(place, files);
}

describe('a small tree like Flatcar', () => {
  let opened: OpenedDesign;
  let broken: OpenedDesign;
  beforeAll(async () => {
    writeTree(join(folder, 'small'), ['app-shells/sh', 'virtual/libc', 'sys-devel/gcc', 'sys-devel/binutils']);
    addTree('small', join(folder, 'small'), home);
    opened = await openDesign(design('small'), { home });
    writeTree(join(folder, 'broken'), ['app-shells/sh', 'net-mail/mailbase', 'virtual/libc']);
    addTree('broken', join(folder, 'broken'), home);
    broken = await openDesign(design('broken'), { home });
  });

  it('builds each package in the stage that first needs it', () => {
    const plan = planBootstrap(opened);
    expect(plan.way).toBe('cross');
    expect(builds(plan, 'base')).toEqual(['baselayout-2[build]']);
    expect(builds(plan, 'headers')).toEqual(['linux-headers-6', 'os-headers-0']);
    expect(builds(plan, 'libc')).toEqual(['idn-1', 'glibc-2', 'libc-1']);
    expect(builds(plan, 'compiler')).toEqual(['gmp-6', 'gcc-14[cxx fortran sanitize]']);
    expect(builds(plan, 'system').sort()).toEqual(['binutils-2[zstd]', 'sh-1[build]']);
    expect(builds(plan, 'final')).toEqual(['prefix-final-0']);
    expect(builds(plan, 'final', 'final').sort()).toEqual(['glibc-2', 'idn-1', 'libc-1', 'prefix-final-0']);
    expect(plan.counts).toEqual({ builds: 11, repeated: [], hostTools: 3 });
  });

  it('lets staging take over headers and libraries with the compiler, and the compiler never', () => {
    const plan = planBootstrap(opened, 'cross');
    const cross = 'host glibc-2';
    expect(stage(plan, 'libc').restsOn?.libc).toEqual({ place: 'host', cpv: 'cross-x86_64-cros-linux-gnu/glibc-2' });
    expect(rests(plan, 'libc', 'libc')).toBe(cross);
    expect(rests(plan, 'libc', 'kernel-headers')).toBe('host linux-headers-6');
    expect(rests(plan, 'compiler', 'libc')).toBe('libc glibc-2');
    expect(rests(plan, 'compiler', 'kernel-headers')).toBe('headers linux-headers-6');
    expect(rests(plan, 'compiler', 'cxx-runtime')).toBe('host gcc-14');
    expect(rests(plan, 'system', 'cxx-runtime')).toBe('compiler gcc-14');
    expect(plan.stages.map(({ id }) => rests(plan, id, 'compiler'))).toEqual(Array(6).fill('host gcc-14'));
  });

  it('asks the sysroot of the host for DEPEND until staging is the sysroot', () => {
    const { outcome } = stage(planBootstrap(opened, 'cross'), 'libc');
    expect(outcome).toMatchObject({ kind: 'planned', hostSysroot: ['dev-libs/strings', 'virtual/os-headers'] });
    expect(outcome.kind === 'planned' && outcome.packages.some(({ pn }) => pn === 'strings')).toBe(false);
  });

  it('names what of the host remains in what ships', () => {
    const { ships, remains } = planBootstrap(opened, 'cross');
    expect(ships?.compiler).toBeNull();
    expect(ships?.libc).toMatchObject({ isPart: false, provider: { cpv: 'sys-libs/glibc-2' } });
    expect(ships?.['cxx-runtime']).toMatchObject({ isPart: true, provider: { cpv: 'sys-devel/gcc-14' } });
    expect(remains.join('\n')).toContain('compiled by `cross-x86_64-cros-linux-gnu/gcc-14`');
    expect(remains.join('\n')).toContain('`dev-libs/idn-1` is built before staging has a C library');
    expect(remains.join('\n')).toContain(
      '`sys-apps/baselayout-2` and `app-shells/sh-1` stay in staging with USE=build',
    );
  });

  it('rebuilds every part of the staged tool chain by its successor', () => {
    const plan = planBootstrap(opened, 'staged');
    expect(builds(plan, 'bootstrap-gcc')).toEqual(['gcc-14[cxx]']);
    const { outcome } = stage(plan, 'bootstrap-gcc');
    expect(outcome.kind === 'planned' && outcome.hostTools).toEqual([
      'dev-libs/gmp-6',
      'sys-devel/binutils-2',
      'sys-libs/glibc-2',
    ]);
    expect(builds(plan, 'libc')).toEqual(['glibc-2']);
    expect(builds(plan, 'libc-rest').sort()).toEqual(['idn-1', 'libc-1', 'os-headers-0', 'strings-1']);
    expect(builds(plan, 'gcc')).toEqual(['gmp-6', 'gcc-14[cxx fortran sanitize]']);
    expect(builds(plan, 'successors').sort()).toEqual(['binutils-2[zstd]', 'gcc-14[cxx fortran sanitize]', 'glibc-2']);
    const chain = plan.stages.map(({ id }) => `${id}: ${rests(plan, id, 'compiler')}, ${rests(plan, id, 'linker')}`);
    expect(chain).toEqual([
      'base: host gcc-14, host binutils-2',
      'bootstrap-binutils: host gcc-14, host binutils-2',
      'bootstrap-gcc: host gcc-14, host binutils-2',
      'headers: bootstrap-gcc gcc-14, bootstrap-binutils binutils-2',
      'libc: bootstrap-gcc gcc-14, bootstrap-binutils binutils-2',
      'bootstrap-cxx: host gcc-14, bootstrap-binutils binutils-2',
      'libc-rest: bootstrap-cxx gcc-14, bootstrap-binutils binutils-2',
      'binutils: bootstrap-cxx gcc-14, bootstrap-binutils binutils-2',
      'gcc: bootstrap-cxx gcc-14, binutils binutils-2',
      'successors: gcc gcc-14, binutils binutils-2',
      'system: successors gcc-14, successors binutils-2',
      'final: successors gcc-14, successors binutils-2',
    ]);
    const again = stage(plan, 'gcc').outcome;
    expect(again.kind === 'planned' && again.packages.find(({ pn }) => pn === 'gcc')?.again).toEqual({
      stage: 'bootstrap-cxx',
      cpv: 'sys-devel/gcc-14',
      flags: ['fortran', 'sanitize'],
    });
    expect(plan.ships?.libc?.madeBy.map(textOf)).toEqual(['gcc gcc-14', 'bootstrap-cxx gcc-14', 'host gcc-14']);
    expect(plan.counts.repeated).toEqual([
      { name: 'sys-devel/binutils', times: 3 },
      { name: 'sys-devel/gcc', times: 4 },
      { name: 'sys-libs/glibc', times: 2 },
    ]);
    expect(plan.runs).toBeNull();
  });

  it('says which atoms of @system stop it, lets the rest wait, and goes on without them', () => {
    const plan = planBootstrap(broken, 'cross');
    const { outcome } = stage(plan, 'system');
    expect(outcome).toMatchObject({ kind: 'unsolved', total: 3, without: ['net-mail/mailbase'] });
    expect(outcome.kind === 'unsolved' && outcome.lacking.map(({ atom }) => atom)).toEqual(['net-mail/mailbase']);
    expect(stage(plan, 'final')).toMatchObject({ restsOn: null, outcome: { kind: 'waits', for: 'system' } });
    expect([plan.ships, plan.remains]).toEqual([null, []]);
    const whole = planBootstrap(broken, 'cross', { without: ['net-mail/mailbase'] });
    expect(whole.stages.every((each) => each.outcome.kind === 'planned')).toBe(true);
    expect(whole.hash).not.toBe(plan.hash);
  });

  it('takes USE of the environment before package.use', async () => {
    const other = await openDesign(design('small', { package_use: { 'sys-apps/baselayout': ['-build'] } }), { home });
    expect(builds(planBootstrap(other), 'base')).toEqual(['baselayout-2[build]']);
  });

  it('gives the same plan the same hash, and another way another', () => {
    const one = planBootstrap(opened, 'cross');
    expect(planBootstrap(opened, 'cross')).toEqual(one);
    expect(planBootstrap(opened, 'staged').hash).not.toBe(one.hash);
    expect(() => planBootstrap(opened, 'starter')).toThrow('is not bootstrapped the `starter` way');
  });
});

describe('the starter tree', () => {
  it('tells that compiler, linker and C library stay the build machine’s', async () => {
    const starterFolder = join(project, 'overlays/starter');
    const opened = await openDesign(design('starter', { packages: ['app-editors/nano'] }), { home, starterFolder });
    const plan = planBootstrap(opened);
    expect(plan.ways).toEqual(['starter']);
    expect(plan.stages.map(({ id }) => stage(plan, id).restsOn?.compiler?.place)).toEqual(Array(4).fill('host'));
    expect(stage(plan, 'packages').restsOn?.libc).toMatchObject({ place: 'staging', stage: 'runtime', isCopy: true });
    expect(builds(plan, 'final')).toEqual([]);
    expect(plan.remains[0]).toContain('are copies of this machine’s files');
  });
});
