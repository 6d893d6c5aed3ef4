import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../api/events';
import { createPrefix, getPrefix, getRun, openDatabase, type StudioDatabase } from '../db/index';
import { validateDesign } from '../design/index';
import { binaryPackagesDriver } from '../drivers/binary-packages/driver';
import { folderVariable } from '../drivers/binary-packages/package-folder';
import { drivers } from '../drivers/drivers';
import { embeddedDriver } from '../drivers/embedded/driver';
import type { Driver } from '../drivers/seam/driver';
import { prefixPlace } from '../engine/index';
import { removeTree } from '../host/remove-tree';
import { probeSandbox } from '../host/sandbox-probe';
import { openDesign } from '../plan/open-design';
import { planOpened } from '../plan/plan-design';
import { type PerformOutcome, performRun } from './perform-run';
import { readRun } from './run-documents';
import { recordRun } from './run-requests';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

const home = mkdtempSync(join(tmpdir(), 'studio-drivers-'));
const binhost = join(home, 'binhost');
const place = prefixPlace({ name: 'demo', board: 'amd64-usr', path: '/opt/demo' }, home);
let studio: StudioDatabase;
let events: LoggedEvent[] = [];

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};

/** An overlay of two packages that compile nothing. */
function overlay(): string {
  write('overlay/profiles/repo_name', 'own\n');
  write('overlay/profiles/categories', 'app-test\n');
  write('overlay/metadata/layout.conf', 'masters = starter\n');
  const head =
    'EAPI=8\nDESCRIPTION="x"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\nSLOT=0\nKEYWORDS="amd64 arm64"\nIUSE="docs"\n';
  for (const [name, more] of [
    ['low', ''],
    ['top', 'DEPEND="app-test/low"\nRDEPEND="app-test/low"\n'],
  ] as const) {
    const install = `src_install() { insinto /usr/share; newins - ${name} <<< ${name}; }`;
    write(`overlay/app-test/${name}/${name}-1.ebuild`, `${head}${more}S="\${WORKDIR}"\n${install}\n`);
  }
  return join(home, 'overlay');
}

const designValue = (more: object = {}): object => ({
  name: 'demo',
  board: 'amd64-usr',
  path: '/opt/demo',
  packages: ['app-test/top'],
  repositories: [{ name: 'own', location: join(home, 'overlay') }],
  sysext: false,
  ...more,
});

/** Builds the stored prefix with a driver, as a worker does. */
async function perform(driver: string, more: { drivers?: readonly Driver[]; text?: string } = {}) {
  const prefix = await getPrefix(studio, 'demo');
  const { drivers: known, text = prefix.text } = more;
  const run = await recordRun(studio, {
    prefix: { ...prefix, text },
    origin: 'command',
    driver,
    drivers: known,
    now: new Date(),
  });
  events = [];
  const outcome: PerformOutcome = await performRun(studio, run.id, {
    home,
    worker: 'w',
    shutdown: new AbortController().signal,
    drivers: known,
    onEvent: (event) => void events.push(event),
  });
  if (outcome.kind !== 'ended') throw new Error(`ended as ${outcome.kind}`);
  expect(await readRun(studio, run.id)).toEqual(outcome.view);
  return outcome.view;
}

/** The prefix as a machine has it that built nothing. */
const forgetRoots = (): void => {
  for (const folder of [place.stagingDir, place.finalDir]) rmSync(folder, { recursive: true, force: true });
};

const phases = (): ReadonlySet<string> =>
  new Set(events.flatMap((event) => (event.kind === 'package_phase' ? [event.phase] : [])));

const installed = (): string => readFileSync(join(place.finalRoot, 'opt/demo/usr/share/top'), 'utf8');

async function jobOf(more: object = {}) {
  const checked = validateDesign(designValue(more));
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const opened = await openDesign(checked.design, { home });
  const result = planOpened(opened);
  if (result.kind !== 'planned') throw new Error('no plan');
  return { opened, plan: result.plan, home };
}

beforeAll(async () => {
  studio = await openDatabase({ home, url: null });
  overlay();
  await createPrefix(studio, { name: 'demo', text: JSON.stringify(designValue()), now: new Date().toISOString() });
});
afterAll(async () => {
  delete process.env[folderVariable];
  await studio.close();
  await removeTree(home);
});

describe('naming a driver', () => {
  it('is refused with those that are known when there is none', async () => {
    const prefix = await getPrefix(studio, 'demo');
    await expect(recordRun(studio, { prefix, origin: 'web', driver: 'slurm', now: new Date() })).rejects.toMatchObject({
      code: 'DRIVER_UNKNOWN',
      hint: expect.stringContaining('`binary-packages`'),
    });
  });

  it('has ids that are told apart and fit into an option', () => {
    const ids = drivers.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].filter((id) => /^[a-z][a-z\d-]*$/.test(id)));
  });

  it('ends a run whose driver this program does not have', async () => {
    const run = await recordRun(studio, {
      prefix: await getPrefix(studio, 'demo'),
      origin: 'command',
      driver: 'later',
      drivers: [{ ...embeddedDriver, id: 'later' }],
      now: new Date(),
    });
    const shutdown = new AbortController().signal;
    const outcome = await performRun(studio, run.id, { home, worker: 'w', shutdown });
    expect(outcome).toMatchObject({
      kind: 'ended',
      view: { state: 'failed', driver: 'later', message: expect.stringContaining('no driver `later`') },
    });
  });

  it('takes one that only this test knows, and tears it down when it throws', async () => {
    const calls: string[] = [];
    const toy: Driver = {
      id: 'toy',
      label: 'a toy',
      compiles: true,
      settle: async ({ plan }) => plan,
      canBuild: async () => null,
      setUp: async () => void calls.push('set up'),
      execute: async ({ emit }) => {
        emit({ kind: 'stage', stage: 'staging', message: 'Playing' });
        throw new Error('the toy broke');
      },
      tearDown: async () => void calls.push('torn down'),
    };
    const view = await perform('toy', { drivers: [...drivers, toy] });
    expect([view.state, view.driver]).toEqual(['failed', 'toy']);
    expect(calls).toEqual(['set up', 'torn down']);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'stage', message: 'Playing' }));
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`the same plan by each driver${skipped}`, () => {
  beforeAll(async () => {
    const view = await perform('embedded');
    expect([view.state, view.driver, view.message]).toEqual(['succeeded', 'embedded', 'Built and proven']);
    expect(phases()).toContain('install');
    cpSync(place.pkgDir, binhost, { recursive: true });
    process.env[folderVariable] = binhost;
  });

  it('installs what was built elsewhere, compiles nothing, and does nothing the second time', async () => {
    const before = installed();
    forgetRoots();
    const view = await perform('binary-packages');
    expect([view.state, view.driver, view.message]).toEqual(['succeeded', 'binary-packages', 'Built and proven']);
    for (const phase of ['unpack', 'compile', 'install']) expect(phases()).not.toContain(phase);
    expect(installed()).toBe(before);
    expect(view.packages.map(({ state }) => state)).not.toContain('skipped');
    expect((await getRun(studio, view.id)).driver).toBe('binary-packages');

    await perform('binary-packages');
    expect(events.filter(({ kind }) => kind === 'package_finished')).toEqual([]);
  });

  it('says which package is lacking before anything is done', async () => {
    forgetRoots();
    const kept = join(home, 'kept');
    cpSync(join(binhost, 'app-test/low'), kept, { recursive: true });
    rmSync(join(binhost, 'app-test/low'), { recursive: true });
    try {
      const view = await perform('binary-packages');
      expect(view.state).toBe('failed');
      expect(view.message).toContain('`app-test/low-1` for one. There is no binary package of it.');
      expect(existsSync(place.finalRoot)).toBe(false);
    } finally {
      cpSync(kept, join(binhost, 'app-test/low'), { recursive: true });
    }
  });

  it('names the flags that a binary package has, as a change of the design that holds', async () => {
    const asked = { package_use: { 'app-test/low': ['docs'] } };
    const obstacle = await binaryPackagesDriver.canBuild(await jobOf(asked));
    expect(obstacle?.packages).toMatchObject([
      {
        cpv: 'app-test/low-1',
        message: 'Its binary package was built with `-docs`.',
        fix: { edits: [{ kind: 'package_use', atom: 'app-test/low', flags: ['-docs'] }] },
      },
    ]);
    const followed = { package_use: { 'app-test/low': ['-docs'] } };
    expect(await binaryPackagesDriver.canBuild(await jobOf(followed))).toBeNull();
    expect((await binaryPackagesDriver.canBuild(await jobOf({ from_source: true })))?.message).toContain('compiled');
  });

  it('tells a package that cannot be unpacked, and leaves out what needs it', async () => {
    forgetRoots();
    const job = await jobOf();
    await binaryPackagesDriver.setUp({ ...job, log: () => {} });
    const told: string[] = [];
    const damaged = join(binhost, 'app-test/low/low-1-1.gpkg.tar');
    const bytes = readFileSync(damaged);
    writeFileSync(damaged, bytes.subarray(0, 700));
    try {
      const outcome = await binaryPackagesDriver.execute({
        ...job,
        jobs: null,
        emit: (event) => void ('id' in event && told.push(`${event.kind} ${event.id}`)),
        signal: new AbortController().signal,
      });
      expect(outcome).toMatchObject({ kind: 'failed', failures: [{ id: 'staging|app-test/low-1' }] });
      expect(told).toContain('package_skipped staging|app-test/top-1');
    } finally {
      writeFileSync(damaged, bytes);
    }
  });

  it.each(drivers.map((driver) => [driver.id, driver] as const))(
    'stops when it is cancelled: %s',
    async (_, driver) => {
      forgetRoots();
      const job = await jobOf();
      await driver.setUp({ ...job, log: () => {} });
      const cancel = new AbortController();
      const told: string[] = [];
      const outcome = await driver.execute({
        ...job,
        jobs: 1,
        emit: ({ kind }) => {
          told.push(kind);
          if (kind === 'package_started') cancel.abort();
        },
        signal: cancel.signal,
      });
      expect(outcome).toEqual({ kind: 'cancelled' });
      expect(told).toContain('package_cancelled');
      expect(told).not.toContain('package_failed');
    },
  );
});
