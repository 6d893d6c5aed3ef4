import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import type { RunEvent } from '../layout/events';
import type { Plan } from '../resolve/plan';
import { planned, planOf, TinyPrefix } from './__fixtures__/tiny-prefix';
import { lockPrefix, type PrefixPlace } from './prefix-place';
import type { ExecuteRequest, RunOutcome } from './run-request';
import { checkTree } from './tree-check';
import { listInstalled } from './vdb';
import { readWorld } from './world';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

let prefix: TinyPrefix;
let place: PrefixPlace;

const ebuild = (cpv: string, body: string, metadata = ''): void => prefix.ebuild(cpv, body, metadata);

const installs = (path: string, text: string): string =>
  `src_install() { insinto "$(dirname ${path})"; newins - "$(basename ${path})" <<< "${text}"; }`;

const execute = (plan: Plan, more: Partial<ExecuteRequest> = {}): Promise<RunOutcome> => prefix.execute(plan, more);

const kinds = (id: string): readonly string[] =>
  prefix.events
    .filter((event) => 'id' in event && event.id === id && event.kind !== 'log' && event.kind !== 'resources')
    .map(({ kind }) => kind);

const final = (path: string): string => join(place.finalRoot, '/opt/demo', path);
const etcPortage = ['/opt/demo/etc/portage'];

beforeEach(() => {
  prefix = new TinyPrefix();
  place = prefix.place;
});
afterEach(() => prefix.remove());

describe.skipIf(sandbox.kind === 'unusable')(`carrying out a plan${skipped}`, () => {
  it('builds into staging, packs, installs into final, and does nothing the second time', async () => {
    ebuild('dev-libs/one-1', installs('/usr/share/one', 'one'));
    ebuild('app-misc/two-2-r1', installs('/usr/share/two', 'two'));
    const plan = planOf(['dev-libs/one-1', 'app-misc/two-2-r1'], [['app-misc/two-2-r1', 'dev-libs/one-1']]);
    expect(await execute(plan)).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final('usr/share/two'), 'utf8')).toBe('two\n');
    for (const target of [place.staging, place.final]) {
      expect(await listInstalled(target)).toEqual(['app-misc/two-2-r1', 'dev-libs/one-1']);
      expect(await checkTree(target, etcPortage)).toEqual([]);
    }
    expect(existsSync(join(place.pkgDir, 'app-misc/two/two-2-r1-1.gpkg.tar'))).toBe(true);
    const started = prefix.events.flatMap((event) => (event.kind === 'package_started' ? [event.id] : []));
    expect(started).toEqual([
      'staging|dev-libs/one-1',
      'staging|app-misc/two-2-r1',
      'final|dev-libs/one-1',
      'final|app-misc/two-2-r1',
    ]);
    expect(readdirSync(join(place.stagingDir, 'logs'))).toHaveLength(2);
    expect(
      readdirSync(join(place.stagingDir, 'tmp/portage'), { recursive: true }).filter((name) =>
        `${name}`.includes('two'),
      ),
    ).toEqual([]);

    expect(await execute(plan)).toEqual({ kind: 'succeeded' });
    expect(prefix.events.filter(({ kind }) => kind === 'package_reused')).toHaveLength(4);
  });

  it('uses binary packages when staging is new, and builds anew what changed and what rests on it', async () => {
    for (const name of ['one', 'two', 'three']) ebuild(`dev-libs/${name}-1`, installs(`/usr/share/${name}`, name));
    const cpvs = ['dev-libs/one-1', 'dev-libs/two-1', 'dev-libs/three-1'];
    const plan = planOf(cpvs, [['dev-libs/two-1', 'dev-libs/one-1']]);
    await execute(plan);
    rmSync(place.stagingRoot, { recursive: true });
    ebuild('dev-libs/one-1', installs('/usr/share/one', 'changed'));
    expect(await execute(plan)).toEqual({ kind: 'succeeded' });
    expect(kinds('staging|dev-libs/three-1').at(-1)).toBe('package_reused');
    expect(kinds('staging|dev-libs/one-1').at(-1)).toBe('package_finished');
    expect(kinds('staging|dev-libs/two-1').at(-1)).toBe('package_finished');
    expect(readFileSync(final('usr/share/one'), 'utf8')).toBe('changed\n');
    expect(await checkTree(place.staging)).toEqual([]);
  });

  it('tells what failed and why, skips what needs it, and resumes there', async () => {
    ebuild('dev-libs/bad-1', 'src_compile() { echo "main.c:3:1: error: nothing works"; die "compile said no"; }');
    ebuild('dev-libs/good-1', installs('/usr/share/good', 'good'));
    ebuild('app-misc/user-1', installs('/usr/share/user', 'user'));
    const plan = planOf(
      ['dev-libs/bad-1', 'app-misc/user-1', 'dev-libs/good-1'],
      [['app-misc/user-1', 'dev-libs/bad-1']],
    );
    const outcome = await execute(plan, { limits: { jobs: 1 }, keepGoing: true });
    expect(outcome).toMatchObject({ kind: 'failed', failures: [{ id: 'staging|dev-libs/bad-1', phase: 'compile' }] });
    const failure = prefix.events.find((event) => event.kind === 'package_failed');
    expect(failure).toMatchObject({
      message: expect.stringContaining('compile said no'),
      firstErrorLine: expect.stringContaining('error: nothing works'),
    });
    const line = failure?.kind === 'package_failed' ? (failure.logLine ?? 0) : 0;
    const log = readdirSync(join(place.stagingDir, 'logs')).find((name) => name.startsWith('dev-libs:bad-1'));
    expect(readFileSync(join(place.stagingDir, 'logs', log ?? ''), 'utf8').split('\n')[line - 1]).toContain(
      'nothing works',
    );
    expect(prefix.events).toContainEqual({
      kind: 'package_skipped',
      id: 'staging|app-misc/user-1',
      because: 'staging|dev-libs/bad-1',
    });
    expect(kinds('final|dev-libs/good-1')).toEqual(['package_skipped']);
    const skipped = (id: string) => prefix.events.find((event) => event.kind === 'package_skipped' && event.id === id);
    expect(skipped('final|app-misc/user-1')).not.toHaveProperty('isUnrelated');
    expect(skipped('final|dev-libs/good-1')).toMatchObject({ because: 'staging|dev-libs/bad-1', isUnrelated: true });
    expect(await listInstalled(place.staging)).toEqual(['dev-libs/good-1']);
    expect(await listInstalled(place.final)).toEqual([]);

    ebuild('dev-libs/bad-1', installs('/usr/share/bad', 'fine now'));
    expect(await execute(plan)).toEqual({ kind: 'succeeded' });
    expect(kinds('staging|dev-libs/good-1').at(-1)).toBe('package_reused');
    expect(existsSync(final('usr/share/user'))).toBe(true);
  });

  it('does not begin further packages after a failure unless told to go on', async () => {
    ebuild('dev-libs/bad-1', 'src_unpack() { die "no"; }');
    ebuild('dev-libs/good-1', installs('/usr/share/good', 'good'));
    await execute(planOf(['dev-libs/bad-1', 'dev-libs/good-1']), { limits: { jobs: 1 } });
    expect(kinds('staging|dev-libs/good-1')).toEqual(['package_queued', 'package_skipped']);
    expect(prefix.events).toContainEqual({
      kind: 'package_skipped',
      id: 'staging|dev-libs/good-1',
      because: 'staging|dev-libs/bad-1',
      isUnrelated: true,
    });
  });

  it('writes nothing into final when two packages of the set collide', async () => {
    ebuild('dev-libs/one-1', `${installs('/usr/share/same', 'one')}`);
    ebuild('dev-libs/two-1', `src_install() { insinto /usr/share; newins - other <<< x; }`);
    await execute(planOf(['dev-libs/one-1', 'dev-libs/two-1']), { stages: 'staging' });
    // the second now ships the first one's file: staging is not asked, only final
    ebuild('dev-libs/two-1', installs('/usr/share/same', 'two'));
    rmSync(place.stagingRoot, { recursive: true });
    mkdirSync(place.stagingEroot, { recursive: true });
    await execute(planOf(['dev-libs/two-1']), { stages: 'staging' });
    const outcome = await execute(planOf(['dev-libs/one-1', 'dev-libs/two-1']), { stages: 'final' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      failures: [{ message: expect.stringContaining('/opt/demo/usr/share/same') }],
    });
    expect(await listInstalled(place.final)).toEqual([]);
    expect(existsSync(final('usr'))).toBe(false);
  });

  it('updates and removes packages of an existing prefix', async () => {
    ebuild('dev-libs/one-1', installs('/usr/share/one-old', 'one'));
    ebuild('dev-libs/gone-1', installs('/usr/share/gone', 'gone'));
    await execute(planOf(['dev-libs/one-1', 'dev-libs/gone-1']));
    ebuild('dev-libs/one-2', installs('/usr/share/one-new', 'one'));
    const plan = planOf(['dev-libs/one-2']);
    const removals = [planned('staging', 'dev-libs/gone-1', 'remove'), planned('final', 'dev-libs/gone-1', 'remove')];
    expect(await execute({ ...plan, packages: [...plan.packages, ...removals] })).toEqual({ kind: 'succeeded' });
    for (const target of [place.staging, place.final]) {
      expect(await listInstalled(target)).toEqual(['dev-libs/one-2']);
      expect(await checkTree(target)).toEqual([]);
    }
  });

  it('asks every pkg_pretend before the first package is built', async () => {
    ebuild('dev-libs/one-1', `pkg_pretend() { ewarn "one asks"; }\n${installs('/usr/share/one', 'one')}`);
    ebuild('dev-libs/two-1', 'pkg_pretend() { die "two needs more room"; }');
    ebuild('dev-libs/three-1', 'pkg_pretend() { die "three too"; }');
    const plan = planOf(['dev-libs/one-1', 'dev-libs/two-1', 'dev-libs/three-1']);
    const outcome = await execute(plan, { keepGoing: true });
    expect(outcome).toMatchObject({
      failures: [
        { id: 'staging|dev-libs/two-1', phase: 'pretend', message: expect.stringContaining('two needs more room') },
        { id: 'staging|dev-libs/three-1', phase: 'pretend', message: expect.stringContaining('three too') },
      ],
    });
    expect(prefix.events.flatMap((event) => (event.kind === 'package_phase' ? [event.phase] : []))).toEqual(
      Array(3).fill('pretend'),
    );
    expect(await listInstalled(place.staging)).toEqual([]);

    ebuild('dev-libs/two-1', installs('/usr/share/two', 'two'));
    ebuild('dev-libs/three-1', installs('/usr/share/three', 'three'));
    expect(await execute(plan)).toEqual({ kind: 'succeeded' });
    const started = prefix.events.findLastIndex(
      (event) => event.kind === 'package_started' && event.id === 'staging|dev-libs/one-1',
    );
    const told = prefix.events.flatMap((event, at) => (event.kind === 'package_notice' ? [{ at, event }] : []));
    expect(told.filter(({ at }) => at > started).map(({ event }) => event.notice.text)).toEqual(['one asks']);
  });

  it('keeps what pkg_pretend said of a package whose turn did not come', async () => {
    ebuild('dev-libs/bad-1', 'src_install() { die no; }');
    ebuild('dev-libs/two-1', `pkg_pretend() { ewarn "two asks"; }\n${installs('/usr/share/two', 'two')}`);
    const plan = planOf(['dev-libs/bad-1', 'dev-libs/two-1'], [['dev-libs/two-1', 'dev-libs/bad-1']]);
    expect(await execute(plan)).toMatchObject({ failures: [{ id: 'staging|dev-libs/bad-1' }] });
    const elog = join(place.stagingDir, 'logs/elog');
    const [file = ''] = readdirSync(elog).filter((name) => name.startsWith('dev-libs:two-1:'));
    expect(readFileSync(join(elog, file), 'utf8')).toBe('WARN: pretend\ntwo asks\n\n');
  });

  it('takes away what stands in the way before its successor comes', async () => {
    ebuild('dev-libs/old-1', installs('/usr/share/same', 'old'));
    await execute(planOf(['dev-libs/old-1']));
    ebuild('dev-libs/new-1', installs('/usr/share/same', 'new'));
    const plan = planOf(['dev-libs/new-1']);
    const removals = (['staging', 'final'] as const).map((root) => planned(root, 'dev-libs/old-1', 'remove'));
    expect(await execute({ ...plan, packages: [...removals, ...plan.packages] })).toEqual({ kind: 'succeeded' });
    expect(kinds('staging|dev-libs/old-1')).toEqual(['package_started', 'package_finished']);
    expect(readFileSync(final('usr/share/same'), 'utf8')).toBe('new\n');
    for (const target of [place.staging, place.final]) {
      expect(await listInstalled(target)).toEqual(['dev-libs/new-1']);
      expect(await checkTree(target)).toEqual([]);
    }
  });

  it('hands a file over when it moves from one package to another in the same run', async () => {
    ebuild('dev-libs/one-1', `${installs('/usr/share/moved', 'of one')}`);
    ebuild('dev-libs/two-1', installs('/usr/share/two', 'two'));
    await execute(planOf(['dev-libs/one-1', 'dev-libs/two-1']));
    ebuild('dev-libs/one-2', installs('/usr/share/one', 'one'));
    ebuild('dev-libs/two-2', installs('/usr/share/moved', 'of two'));
    // two comes first, when one still has the file
    const plan = planOf(['dev-libs/two-2', 'dev-libs/one-2'], [['dev-libs/one-2', 'dev-libs/two-2']]);
    expect(await execute(plan)).toEqual({ kind: 'succeeded' });
    for (const target of [place.staging, place.final]) {
      expect(await listInstalled(target)).toEqual(['dev-libs/one-2', 'dev-libs/two-2']);
      expect(await checkTree(target)).toEqual([]);
    }
    expect(readFileSync(final('usr/share/moved'), 'utf8')).toBe('of two\n');
  });

  it('keeps the world of both roots', async () => {
    ebuild('dev-libs/one-1', installs('/usr/share/one', 'one'));
    ebuild('dev-libs/bad-1', 'src_install() { die no; }');
    const wish = {
      kind: 'design',
      packages: ['one', 'bad'].map((pn) => ({ atom: `dev-libs/${pn}`, cpvs: [`dev-libs/${pn}-1`] })),
      sets: [],
    } as const;
    const world = { staging: wish, final: wish };
    await execute(planOf(['dev-libs/one-1', 'dev-libs/bad-1']), { world, limits: { jobs: 1 } });
    expect(readWorld(place.staging).packages).toEqual(['dev-libs/one']);
    expect(readWorld(place.final).packages).toEqual([]);
    await execute(planOf(['dev-libs/one-1']), { world });
    expect(readWorld(place.final).packages).toEqual(['dev-libs/one']);
    for (const target of [place.staging, place.final]) expect(await checkTree(target)).toEqual([]);
  });

  it('leaves out of final what INSTALL_MASK names', async () => {
    ebuild(
      'dev-libs/one-1',
      'src_install() { insinto /usr/include; newins - one.h <<< x; insinto /usr/lib64; newins - one.a <<< x; newins - one.so <<< x; }',
    );
    await execute(planOf(['dev-libs/one-1']), { installMask: ['/usr/include', '*.a'] });
    expect(existsSync(join(place.stagingEroot, 'usr/include/one.h'))).toBe(true);
    expect(existsSync(final('usr/include'))).toBe(false);
    expect(readdirSync(final('usr/lib64'))).toEqual(['one.so']);
    expect(await checkTree(place.final)).toEqual([]);
  });

  it('runs pkg_preinst and pkg_postinst in each root with what the ebuild saved', async () => {
    ebuild(
      'dev-libs/hooks-1',
      `src_install() { SAVED=kept; insinto /usr/share; newins - hooks <<< x; }
       pkg_preinst() { echo "preinst" >> "\${ED}/usr/share/hooks"; }
       pkg_postinst() { echo "\${SAVED} \${EROOT}" > "\${EROOT}/note"; }`,
    );
    expect(await execute(planOf(['dev-libs/hooks-1']))).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final('usr/share/hooks'), 'utf8')).toBe('x\npreinst\n');
    expect(readFileSync(final('note'), 'utf8')).toContain('kept');
  });

  it('ends at once when cancelled, with staging whole', async () => {
    ebuild('dev-libs/good-1', installs('/usr/share/good', 'good'));
    ebuild('dev-libs/slow-1', 'src_compile() { echo sleeping; sleep 86400; }');
    const abort = new AbortController();
    const emit = (event: RunEvent): void => {
      prefix.events.push(event);
      if (event.kind === 'log' && event.text.includes('sleeping')) abort.abort();
    };
    const plan = planOf(['dev-libs/good-1', 'dev-libs/slow-1'], [['dev-libs/slow-1', 'dev-libs/good-1']]);
    expect(await execute(plan, { emit, signal: abort.signal })).toEqual({ kind: 'cancelled' });
    expect(kinds('staging|dev-libs/slow-1').at(-1)).toBe('package_cancelled');
    expect(await listInstalled(place.staging)).toEqual(['dev-libs/good-1']);
    expect(await checkTree(place.staging)).toEqual([]);
  });

  it('refuses a prefix that another run has', async () => {
    const lock = await lockPrefix(place, 'build');
    await expect(execute(planOf([]))).rejects.toMatchObject({ code: 'PREFIX_BUSY' });
    await lock.release();
    expect(await execute(planOf([]))).toEqual({ kind: 'succeeded' });
  });

  it('numbers log lines from 1 without a gap, empty ones too', async () => {
    ebuild('dev-libs/talk-1', 'src_compile() { for i in {1..500}; do echo "line $i"; echo; done; }');
    await execute(planOf(['dev-libs/talk-1']), { stages: 'staging' });
    let next = 1;
    for (const event of prefix.events) {
      if (event.kind !== 'log' || event.id !== 'staging|dev-libs/talk-1') continue;
      expect(event.line).toBe(next);
      next += event.text.split('\n').length - 1;
    }
    expect(next).toBeGreaterThan(1000);
  });

  it('says what waits for what', async () => {
    ebuild('dev-libs/one-1', installs('/usr/share/one', 'one'));
    ebuild('app-misc/two-1', installs('/usr/share/two', 'two'));
    const plan = planOf(['dev-libs/one-1', 'app-misc/two-1'], [['app-misc/two-1', 'dev-libs/one-1']]);
    await execute(plan, { stages: 'staging' });
    const [blocked] = prefix.events.filter(({ kind }) => kind === 'package_blocked');
    expect(blocked).toEqual({ kind: 'package_blocked', id: 'staging|app-misc/two-1', by: 'staging|dev-libs/one-1' });
    expect(kinds('staging|app-misc/two-1').slice(0, 3)).toEqual([
      'package_blocked',
      'package_queued',
      'package_started',
    ]);
  });

  it('keeps the newest binary packages of a version', async () => {
    for (let build = 1; build <= 4; build += 1) {
      ebuild('dev-libs/one-1', installs('/usr/share/one', `build ${build}`));
      await execute(planOf(['dev-libs/one-1']), { stages: 'staging' });
    }
    expect(readdirSync(join(place.pkgDir, 'dev-libs/one')).sort()).toEqual(
      [2, 3, 4].map((build) => `one-1-${build}.gpkg.tar`),
    );
  });

  it('lets pkg_nofetch explain what has to be fetched by hand', async () => {
    ebuild('dev-libs/src-1', 'pkg_nofetch() { echo "Accept the licence, then put src-1.tar.gz into $DISTDIR ."; }');
    const digits = 'a'.repeat(128);
    writeFileSync(
      join(prefix.overlay, 'dev-libs/src/Manifest'),
      `DIST src-1.tar.gz 3 BLAKE2B ${digits} SHA512 ${digits}\n`,
    );
    const outcome = await execute(planOf(['dev-libs/src-1']), {
      describe: (pkg) => {
        const facts = prefix.describe(pkg);
        const SRC_URI = 'https://host.invalid/src-1.tar.gz';
        return { ...facts, metadata: { ...facts.metadata, SRC_URI, RESTRICT: 'fetch' } };
      },
    });
    expect(outcome).toMatchObject({ failures: [{ phase: 'fetch', message: expect.stringContaining('src-1.tar.gz') }] });
    const log = prefix.events.map((event) => (event.kind === 'log' ? event.text : '')).join('');
    expect(log).toContain(`Accept the licence, then put src-1.tar.gz into ${join(prefix.home, 'distfiles')} .`);
  });

  it('refuses a source file without a line in the Manifest', async () => {
    ebuild('dev-libs/src-1', installs('/usr/share/src', 'x'));
    const outcome = await execute(planOf(['dev-libs/src-1']), {
      describe: (pkg) => {
        const facts = prefix.describe(pkg);
        return { ...facts, metadata: { ...facts.metadata, SRC_URI: 'https://host.invalid/src-1.tar.gz' } };
      },
    });
    expect(outcome).toMatchObject({
      kind: 'failed',
      failures: [{ message: expect.stringContaining('has no entry for `src-1.tar.gz`') }],
    });
  });
});
