import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHeard } from '../host/__fixtures__/heard-command';
import { removeTree } from '../host/remove-tree';
import { probeSandbox } from '../host/sandbox-probe';
import type { PlannedPackage } from '../resolve/plan';
import { planOf, TinyPrefix } from './__fixtures__/tiny-prefix';
import { type PrefixPlace, prefixPlace } from './prefix-place';
import { placeholderPath } from './relocate/placeholder';
import type { ExecuteRequest } from './run-request';
import { openPackageShell } from './shell';
import { runSinglePhases } from './single-phases';
import { checkTree } from './tree-check';
import { readEntryFile } from './vdb';
import { findWork } from './work-record';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

let prefix: TinyPrefix;

/** Another prefix of the same data folder. */
const placeAt = (name: string, path: string): PrefixPlace => {
  const place = prefixPlace({ name, board: 'amd64-usr', path }, prefix.home);
  for (const root of [place.stagingEroot, place.finalEroot]) mkdirSync(root, { recursive: true });
  return place;
};

const build = (
  place: PrefixPlace,
  cpvs: readonly string[],
  needs: readonly (readonly [string, string])[] = [],
  more: Partial<ExecuteRequest> = {},
): ReturnType<TinyPrefix['execute']> =>
  prefix.execute(planOf(cpvs, needs, place.path), { place, sharedDir: join(prefix.home, 'shared'), ...more });

const told = (kind: string): readonly string[] =>
  prefix.events.flatMap((event) => (event.kind === kind && 'id' in event && event.id !== null ? [event.id] : []));

const logged = (): string => prefix.events.flatMap((event) => (event.kind === 'log' ? [event.text] : [])).join('');

/** Runs commands of bash in the sandbox of a package that failed. */
async function inShell(place: PrefixPlace, name: string, text: string): Promise<string> {
  const request = { place, command: { kind: 'text' as const, text }, isWritable: false, terminal: null, greeting: '' };
  const shell = await openPackageShell(findWork(place, name), request);
  try {
    return (await runHeard(shell.start)).output;
  } finally {
    await shell.close();
  }
}

const final = (place: PrefixPlace, path: string): string => join(place.finalEroot, path);
const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeEach(() => {
  prefix = new TinyPrefix();
});
afterEach(() => prefix.remove());

describe.skipIf(sandbox.kind === 'unusable')(`packages that prefixes share${skipped}`, () => {
  const tool = `src_install() {
    printf '#!%s/bin/sh\\n' "\${EPREFIX}" | newbin - tool
    printf 'a\\0%s/share\\0' "\${EPREFIX}" > data; insinto /usr/lib; doins data
    dosym "\${EPREFIX}/usr/bin/tool" /usr/bin/link
    fowners 12:34 /usr/lib/data
  }`;

  it('are built once and rewritten for each path', async () => {
    prefix.ebuild('app-misc/tool-1', tool);
    const [one, two] = [placeAt('one', '/opt/one'), placeAt('two', '/usr/local/second')];
    expect(await build(one, ['app-misc/tool-1'])).toEqual({ kind: 'succeeded' });
    expect(told('package_finished')).toContain('staging|app-misc/tool-1');
    expect(await build(two, ['app-misc/tool-1'])).toEqual({ kind: 'succeeded' });
    expect(told('package_reused')).toContain('staging|app-misc/tool-1');

    expect(readFileSync(final(one, 'usr/bin/tool'), 'utf8')).toBe('#!/opt/one/bin/sh\n');
    expect(readFileSync(final(two, 'usr/bin/tool'), 'utf8')).toBe('#!/usr/local/second/bin/sh\n');
    const filled = '/usr/local/second'.padEnd(placeholderPath.length, '/');
    expect(readFileSync(final(two, 'usr/lib/data'), 'latin1')).toBe(`a\0${filled}/share\0`);
    for (const target of [two.staging, two.final]) {
      expect(await checkTree(target, [`${two.path}/etc/portage`])).toEqual([]);
      expect(await readEntryFile(target, 'app-misc/tool-1', 'EPREFIX')).toBe('/usr/local/second');
      expect(await readEntryFile(target, 'app-misc/tool-1', 'PREFIX_STUDIO_OWNERS')).toBe(
        '12:34 /usr/local/second/usr/lib/data',
      );
    }
  });

  it('have the same bytes at the same path each time', async () => {
    prefix.ebuild('app-misc/tool-1', tool);
    const [one, two] = [placeAt('one', '/opt/same'), placeAt('two', '/opt/same')];
    await build(one, ['app-misc/tool-1']);
    await build(two, ['app-misc/tool-1']);
    const archive = (place: PrefixPlace): string => digest(join(place.pkgDir, 'app-misc/tool/tool-1-1.gpkg.tar'));
    expect(archive(two)).toBe(archive(one));
  });

  it('are compiled again when somebody wants that, and then are what others are built with', async () => {
    prefix.ebuild('app-misc/tool-1', tool);
    prefix.ebuild('app-misc/user-1', 'src_install() { newbin - user <<< "$(< "$ESYSROOT/usr/bin/tool")"; }');
    const place = placeAt('one', '/opt/one');
    const cpvs = ['app-misc/tool-1', 'app-misc/user-1'];
    const needs = [['app-misc/user-1', 'app-misc/tool-1']] as const;
    expect(await build(place, cpvs, needs)).toEqual({ kind: 'succeeded' });
    const plan = planOf(cpvs, needs, place.path);
    const packages = plan.packages.map((pkg) => (pkg.root === 'staging' ? { ...pkg, isAnew: true as const } : pkg));
    const more = { place, sharedDir: join(prefix.home, 'shared') };
    expect(await prefix.execute({ ...plan, packages }, more)).toEqual({ kind: 'succeeded' });
    expect(told('package_finished')).toEqual(expect.arrayContaining(cpvs.map((cpv) => `staging|${cpv}`)));
    expect(logged()).toContain('app-misc/user-1: built for any path');
    expect(await build(place, cpvs, needs)).toEqual({ kind: 'succeeded' });
    expect(told('package_reused')).toEqual(expect.arrayContaining(cpvs.map((cpv) => `staging|${cpv}`)));
  });

  it('see in their build only what their keys name', async () => {
    prefix.ebuild('dev-libs/wanted-1', 'src_install() { insinto /usr/include; newins - wanted.h <<< 1; }');
    prefix.ebuild('dev-libs/other-1', 'src_install() { insinto /usr/include; newins - other.h <<< 1; }');
    prefix.ebuild(
      'app-misc/tool-1',
      'src_install() { insinto /usr/share; ls "$ESYSROOT/usr/include" | newins - seen; }',
    );
    const place = placeAt('one', '/opt/one');
    const needs = [['app-misc/tool-1', 'dev-libs/wanted-1']] as const;
    const cpvs = ['dev-libs/other-1', 'dev-libs/wanted-1', 'app-misc/tool-1'];
    expect(await build(place, cpvs, needs, { limits: { jobs: 1 } })).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final(place, 'usr/share/seen'), 'utf8')).toBe('wanted.h\n');
  });

  it('are not built with a configuration that another package brought', async () => {
    const said = 'pre_src_install() { SAID=poisoned; }';
    prefix.ebuild(
      'app-misc/evil-1',
      `src_install() { insinto /etc/portage; newins - bashrc <<< '${said}'; insinto env/app-misc; newins - tool <<< '${said}'; }`,
    );
    prefix.ebuild('app-misc/tool-1', `src_install() { insinto /usr/share; newins - said <<< "\${SAID:-clean}"; }`);
    prefix.ebuild('dev-libs/base-1', 'src_install() { insinto /usr/share; newins - base <<< 1; }');
    const needs = [['app-misc/tool-1', 'dev-libs/base-1']] as const;
    const honest = ['dev-libs/base-1', 'app-misc/tool-1'];
    await build(placeAt('one', '/opt/one'), ['app-misc/evil-1', ...honest], needs, { limits: { jobs: 1 } });
    const two = placeAt('two', '/opt/two');
    expect(await build(two, honest, needs)).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final(two, 'usr/share/said'), 'utf8')).toBe('clean\n');
  });

  it('cannot claim a key that is not theirs', async () => {
    prefix.ebuild('app-misc/tool-1', tool);
    const one = placeAt('one', '/opt/one');
    await build(one, ['app-misc/tool-1']);
    const key = await readEntryFile(one.staging, 'app-misc/tool-1', 'PREFIX_STUDIO_KEY');
    await rm(join(prefix.home, 'shared'), { recursive: true });
    // a stranger's package of the same name and version, which says that it is the honest one
    const lie = `echo ${key} > "\${T}/../build-info/PREFIX_STUDIO_KEY"`;
    prefix.ebuild('app-misc/tool-1', `src_install() { insinto /usr; newins - evil <<< 1; ${lie} || die; }`);
    const stranger = placeAt('stranger', '/opt/stranger');
    await build(stranger, ['app-misc/tool-1']);
    expect(readFileSync(final(stranger, 'usr/evil'), 'utf8')).toBe('1\n');
    prefix.ebuild('app-misc/tool-1', tool);
    const two = placeAt('two', '/opt/two');
    expect(await build(two, ['app-misc/tool-1'])).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final(two, 'usr/bin/tool'), 'utf8')).toBe('#!/opt/two/bin/sh\n');
    expect(existsSync(final(two, 'usr/evil'))).toBe(false);
  });

  it('are built anew when what they are built with has other content', async () => {
    prefix.ebuild('dev-libs/base-1', 'src_install() { insinto /usr/share; newins - base <<< 1; }');
    prefix.ebuild('app-misc/tool-1', tool);
    const needs = [['app-misc/tool-1', 'dev-libs/base-1']] as const;
    await build(placeAt('one', '/opt/one'), ['dev-libs/base-1', 'app-misc/tool-1'], needs);
    prefix.ebuild('dev-libs/base-1', 'src_install() { insinto /usr/share; newins - base <<< 2; }');
    await build(placeAt('two', '/opt/two'), ['dev-libs/base-1', 'app-misc/tool-1'], needs);
    expect(told('package_reused')).not.toContain('staging|app-misc/tool-1');
  });

  it('are no more than packages of one prefix when a file cannot be rewritten, with the reason', async () => {
    const half = 'printf "x\\0%s" "$(cut -c21-60 <<< "$EPREFIX")" > half; insinto /usr/lib; doins half';
    prefix.ebuild('app-misc/half-1', `src_install() { ${half}; }`);
    const [one, two] = [placeAt('one', `/opt/${'one-'.repeat(18)}`), placeAt('two', '/opt/two')];
    expect(await build(one, ['app-misc/half-1'])).toEqual({ kind: 'succeeded' });
    expect(logged()).toMatch(/for \/opt\/\S+ only: `usr\/lib\/half` has a piece of the path only/);
    expect(readFileSync(final(one, 'usr/lib/half'), 'latin1')).toBe(`x\0${one.path.slice(20, 60)}`);
    const told = { id: 'staging|app-misc/half-1', check: 'one-path' };
    expect(prefix.notices()).toContainEqual(expect.objectContaining(told));
    expect(
      prefix
        .notices()
        .map(({ text }) => text)
        .join(''),
    ).toMatch(/^Built for \/opt\/\S+ alone, .* has a piece of the path only, /m);
    // the next prefix does not try again
    expect(await build(two, ['app-misc/half-1'])).toEqual({ kind: 'succeeded' });
    expect(logged()).toMatch(/only: `usr\/lib\/half`/);
    expect(logged()).not.toMatch(/building for any path/);
  });

  it('are built for the path when a path as long as that of any may be why they fail', async () => {
    prefix.ebuild(
      'app-misc/short-1',
      'src_install() { [[ $(wc -c <<< "$EPREFIX") -lt 50 ]] || die "the path is too long"; touch x; insinto /usr; doins x; }',
    );
    const place = placeAt('one', '/opt/one');
    expect(await build(place, ['app-misc/short-1'])).toEqual({ kind: 'succeeded' });
    expect(logged()).toMatch(
      /only: building it for any path ended in install: the path is too long; a path of 96 characters may be too long/,
    );
    expect(readFileSync(final(place, 'usr/x'), 'utf8')).toBe('');
  });

  const header = 'fatal error: base.h: No such file or directory';
  const wantsBase = `src_compile() { [[ -e $ESYSROOT/usr/include/base.h ]] || { echo "x.c:1:1: ${header}"; die failed; }; }`;

  it('are built for the path when they use what stands in staging and their ebuild does not name', async () => {
    prefix.ebuild('dev-libs/base-1', 'src_install() { insinto /usr/include; newins - base.h <<< 1; }');
    prefix.ebuild('app-misc/tool-1', wantsBase);
    const place = placeAt('one', '/opt/one');
    const one = { limits: { jobs: 1 } };
    expect(await build(place, ['dev-libs/base-1', 'app-misc/tool-1'], [], one)).toEqual({ kind: 'succeeded' });
    expect(logged()).toMatch(/it uses `usr\/include\/base.h` of a package that its ebuild does not name/);
  });

  it.each([
    ['a phase says no', 'src_compile() { echo tried; die broken; }', 'broken'],
    ['something is not there at all', `src_compile() { echo tried; echo "x.c:1:1: ${header}"; die failed; }`, 'failed'],
    [
      'a header of the prefix is where it is found',
      'src_compile() { echo tried; echo "$EPREFIX/usr/include/x.h:1:1: error: no type"; die failed; }',
      'failed',
    ],
    ['the sandbox ends it', 'src_compile() { echo tried; kill -9 $$; }', 'status 137'],
  ])('are tried once when they fail for another reason: %s', async (_, body, message) => {
    prefix.ebuild('app-misc/broken-1', body);
    expect(await build(placeAt('one', '/opt/one'), ['app-misc/broken-1'])).toMatchObject({
      kind: 'failed',
      failures: [{ phase: 'compile', message: expect.stringContaining(message) }],
    });
    expect(logged().match(/^tried$/gm)).toHaveLength(1);
  });

  it('that failed can be looked at and gone on with, and become packages of the prefix', async () => {
    prefix.ebuild('dev-libs/base-1', 'src_install() { insinto /usr/include; newins - base.h <<< 1; }');
    prefix.ebuild('app-misc/tool-1', `src_compile() { [[ -e fixed ]] || die broken; }\n${tool}`);
    const needs = [['app-misc/tool-1', 'dev-libs/base-1']] as const;
    const cpvs = ['dev-libs/base-1', 'app-misc/tool-1'];
    const place = placeAt('one', '/opt/one');
    expect(await build(place, cpvs, needs)).toMatchObject({ kind: 'failed' });
    const looked = await inShell(place, 'app-misc/tool', 'cat "$EPREFIX/usr/include/base.h"; touch fixed');
    expect(looked).toBe('1\n');

    const plan = planOf(cpvs, needs, place.path);
    const [, pkg] = plan.packages;
    const request = prefix.request(plan, { place, sharedDir: join(prefix.home, 'shared') });
    const output = { write: () => undefined, onPhase: () => undefined };
    expect(await runSinglePhases(request, pkg as PlannedPackage, ['compile', 'merge'], output)).toMatchObject({
      kind: 'done',
      isByHand: true,
    });
    expect(readFileSync(join(place.stagingEroot, 'usr/bin/tool'), 'utf8')).toBe('#!/opt/one/bin/sh\n');
    expect(await readEntryFile(place.staging, 'app-misc/tool-1', 'PREFIX_STUDIO_KEY')).toBe('');
    expect(await readEntryFile(place.staging, 'app-misc/tool-1', 'PREFIX_STUDIO_BY_HAND')).toBe('yes');
    // no other prefix gets what somebody tried
    expect(await build(placeAt('two', '/opt/two'), cpvs, needs)).toMatchObject({ kind: 'failed' });
    // what stands there already gets the key of what is built now
    prefix.ebuild('app-misc/tool-1', tool);
    const kept = { ...(pkg as PlannedPackage), action: 'keep' } as PlannedPackage;
    expect(await runSinglePhases(request, kept, ['clean', 'merge'], output)).toMatchObject({ isByHand: false });
    expect(await readEntryFile(place.staging, 'app-misc/tool-1', 'PREFIX_STUDIO_KEY')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stay the same whatever the build host has that their ebuild does not ask for', async () => {
    prefix.ebuild('app-misc/tool-1', tool);
    const asks = 'src_install() { has_version -b dev-util/maker && echo 1 > with; insinto /usr; doins with; }';
    prefix.ebuild('app-misc/asks-1', asks.replace('&& echo 1 > with', '&& echo 1 > with || echo 0 > with'));
    const cpvs = ['app-misc/tool-1', 'app-misc/asks-1'];
    const having = (...hostProvided: string[]): Partial<ExecuteRequest> => ({ hostProvided });
    await build(placeAt('one', '/opt/one'), cpvs, [], having('dev-util/maker-1:0'));
    await build(placeAt('two', '/opt/two'), cpvs, [], having('dev-util/maker-1:0', 'dev-util/other-1:0'));
    expect(told('package_finished').filter((id) => id.startsWith('staging'))).toEqual([]);

    const three = placeAt('three', '/opt/three');
    const changed = 'its ebuild asks what the build host has: `dev-util/maker-1` when it was built, none of it now';
    const request = { plan: planOf(cpvs, [], three.path), place: three, ...having('dev-util/other-1:0') };
    const { packages } = await prefix.origins({ ...request, sharedDir: join(prefix.home, 'shared') });
    expect(packages.map(({ origin }) => origin)).toEqual([
      { kind: 'shared' },
      { kind: 'source', reason: null, change: changed },
    ]);
    await build(three, cpvs, [], having('dev-util/other-1:0'));
    expect(told('package_reused')).toEqual(['staging|app-misc/tool-1']);
    expect(logged()).toContain(`>>> app-misc/asks-1: not the one built before: ${changed}\n`);
    expect(readFileSync(final(three, 'usr/with'), 'utf8')).toBe('0\n');
  });

  it('have another key when an eclass says something else, whatever the cache claims', async () => {
    const eclasses = join(prefix.overlay, 'eclass');
    mkdirSync(eclasses, { recursive: true });
    const describeIt = ((pkg) => ({ ...prefix.describe(pkg), eclassDirs: [eclasses] })) as TinyPrefix['describe'];
    prefix.ebuild('app-misc/tool-1', 'src_install() { insinto /usr/share; newins - said <<< "$SAID"; }', 'inherit own');
    for (const [name, said] of [
      ['one', 'honest'],
      ['two', 'other'],
    ] as const) {
      writeFileSync(join(eclasses, 'own.eclass'), `SAID=${said}\n`);
      const place = placeAt(name, `/opt/${name}`);
      expect(await build(place, ['app-misc/tool-1'], [], { describe: describeIt })).toEqual({ kind: 'succeeded' });
      expect(readFileSync(final(place, 'usr/share/said'), 'utf8')).toBe(`${said}\n`);
    }
  });

  it('use a compile cache that no other package writes into', async () => {
    const body = 'src_install() { ls /var/cache/ccache | newbin - seen; touch "/var/cache/ccache/$PN" || die; }';
    for (const name of ['one', 'two']) prefix.ebuild(`app-misc/${name}-1`, `${body}\n# ${name}`);
    const caches = join(prefix.home, 'caches');
    const folder = join(caches, 'demo');
    mkdirSync(folder, { recursive: true });
    const compileCache = { program: '/bin/true', folder, sharedFolder: join(caches, 'any-path') };
    const seen = async (cpv: string, place: PrefixPlace): Promise<string> => {
      expect(await build(place, [cpv], [], { compileCache })).toEqual({ kind: 'succeeded' });
      return readFileSync(final(place, 'usr/bin/seen'), 'utf8');
    };
    expect(await seen('app-misc/one-1', placeAt('a', '/opt/a'))).toBe('');
    expect(await seen('app-misc/two-1', placeAt('b', '/opt/b'))).toBe('');
    // the package is gone, its cache is not
    await removeTree(join(prefix.home, 'shared'));
    expect(await seen('app-misc/one-1', placeAt('c', '/opt/c'))).toBe('one\n');
  });
});
