import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobPool } from '../host/job-pool';
import { probeSandbox } from '../host/sandbox-probe';
import { makeTokenPipe, returnsOf } from '../host/token-pipe';
import type { RunEvent } from '../layout/events';
import { TinyPrefix } from './__fixtures__/tiny-prefix';
import { buildLimits } from './build-limits';
import { BuildSlots, jobsOf, type MachineState } from './build-slots';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

let prefix: TinyPrefix;
beforeEach(() => {
  prefix = new TinyPrefix();
});
afterEach(() => prefix.remove());

const installed = (path: string): string =>
  readFileSync(join(prefix.place.finalRoot, '/opt/demo/usr/share', path), 'utf8');

/** A makefile of which each job writes how many run beside it. */
const crowd = (targets: number): string => {
  const names = Array.from({ length: targets }, (_, i) => `t${i}`).join(' ');
  const recipe = `@mkdir run/$@; ls run | wc -l >> seen; sleep 0.05; rmdir run/$@`;
  return `src_compile() { mkdir run; printf 'all: ${names}\\n${names}:\\n\\t%s\\n' '${recipe}' > Makefile; emake; }
src_install() { insinto /usr/share; sort -n seen | tail -n 1 | newins - most; newins - flags <<< "\${MAKEFLAGS}"; }`;
};

describe.skipIf(sandbox.kind === 'unusable')(`the jobs of a build${skipped}`, () => {
  it('are as many as the job server gives, and no more than MAKEOPTS of the design allows', async () => {
    prefix.ebuild('dev-libs/crowd-1', crowd(12));
    const describeWith = (MAKEOPTS: string) => ({
      describe: (pkg: Parameters<typeof prefix.describe>[0]) => ({
        ...prefix.describe(pkg),
        variables: { MAKEOPTS },
      }),
    });
    expect(await prefix.build(['dev-libs/crowd-1'], describeWith('-j3'))).toEqual({ kind: 'succeeded' });
    expect(installed('flags')).toContain('--jobserver-auth=');
    expect(Number(installed('most'))).toBeGreaterThan(1);
    expect(Number(installed('most'))).toBeLessThanOrEqual(3);
    const said = prefix.events.flatMap((event) => (event.kind === 'log' && event.id === null ? [event.text] : []));
    expect(said.join('')).toContain('MAKEOPTS="-j3" of the configuration: at most 3 jobs a package');
    const left = readdirSync(join(prefix.place.stagingDir, 'tmp/portage/dev-libs'));
    expect(left.filter((name) => name.includes('tokens'))).toEqual([]);
  });

  it('are one where the ebuild insists on it', async () => {
    prefix.ebuild('dev-libs/crowd-1', crowd(4).replace('emake;', 'emake -j1;'));
    expect(await prefix.build(['dev-libs/crowd-1'])).toEqual({ kind: 'succeeded' });
    expect(installed('most')).toBe('1\n');
  });

  it('are waited for in time that is not counted as the time of the package', async () => {
    for (const name of ['one', 'other']) prefix.ebuild(`dev-libs/${name}-1`, 'src_compile() { sleep 2; }');
    // memory for one of them; which goes first is not said
    const limits = { jobs: 2, memoryBytes: 1 };
    const times: { readonly event: RunEvent; readonly atMs: number }[] = [];
    const emit = (event: RunEvent) => void times.push({ event, atMs: performance.now() });
    expect(await prefix.build(['dev-libs/one-1', 'dev-libs/other-1'], { limits, emit })).toEqual({ kind: 'succeeded' });
    const began = times.find(({ event }) => event.kind === 'package_phase' && event.phase === 'compile');
    const second = times.findLast(({ event }) => event.kind === 'package_finished' && event.id.startsWith('staging|'));
    if (second?.event.kind !== 'package_finished') throw new Error('it did not finish');
    // its own time began after the first had slept, however long it then took
    expect(second.event.durationMs).toBeLessThan(second.atMs - (began?.atMs ?? Number.NaN) - 1000);
  });

  it('come back when a package that kept all of them is killed', async () => {
    const slots = new BuildSlots({}, 3);
    const path = join(prefix.home, 'tokens');
    const slot = await slots.enter({ chainMs: 0, peakRssBytes: null, jobs: null }, path, {
      wait: () => undefined,
      hold: () => undefined,
    });
    expect(existsSync(path)).toBe(true);
    slot.release();
    expect(existsSync(path)).toBe(false);
    expect(slots.free).toBe(slots.jobs);
  });
});

it('a token pipe never makes its owner wait, however full somebody makes it', async () => {
  const pipe = await makeTokenPipe(join(prefix.home, 'pipe'));
  try {
    expect(pipe.drain()).toBe(0);
    for (let i = 0; i < 40; i += 1) pipe.give(4000);
    const pool = new JobPool(2, { shares: 2, roundEveryMs: 0 });
    await pool.enter({ priority: 0, pipe });
    for (let i = 0; i < 40; i += 1) pool.round();
    expect(pool.free).toBeGreaterThanOrEqual(0);
  } finally {
    pipe.close();
  }
});

/** A make that takes every token it can get, with more targets than a test can see the end of. */
function greedyMake(folder: string, tokens: string) {
  const targets = Array.from({ length: 30_000 }, (_, at) => `t${at}`).join(' ');
  writeFileSync(join(folder, 'Makefile'), `all: ${targets}\n${targets}:\n\t@echo $@; exec true\n`);
  const script =
    'exec {in}< "$1" {out}> "$2" && MAKEFLAGS=" -j --jobserver-auth=$in,$out" exec make --no-builtin-rules -f "$3" 2> /dev/null';
  const words = ['-c', script, 'make', tokens, returnsOf(tokens), join(folder, 'Makefile')];
  return spawn('bash', words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

it('a package that compiles all the time leaves those that wait their turns', async () => {
  const slots = new BuildSlots({}, null, {
    processors: 2,
    totalBytes: 8e9,
    load: () => 0,
    availableBytes: () => 8e9,
  });
  const silent = { wait: () => undefined, hold: () => undefined };
  const enter = (name: string, chainMs: number) =>
    slots.enter({ chainMs, peakRssBytes: null, jobs: null }, join(prefix.home, name), silent);
  const big = await enter('big', 1e6);
  const make = greedyMake(prefix.home, big.tokens);
  const ended = once(make, 'close');
  try {
    // it has its token when it compiles
    await once(make.stdout, 'data');
    make.stdout.resume();
    const order: string[] = [];
    const small = ['zlib', 'bzip2', 'libffi'].map(async (name, at) => {
      const slot = await enter(name, at);
      order.push(name);
      expect(slots.free).toBeGreaterThanOrEqual(0);
      slot.release();
    });
    await Promise.all(small);
    expect(order).toHaveLength(3);
    expect(make.exitCode).toBeNull();
  } finally {
    make.kill();
    await ended;
    big.release();
  }
});

describe('limits of a run', () => {
  const machine = (change: Partial<MachineState>): MachineState => ({
    processors: 4,
    totalBytes: 8e9,
    load: () => 0,
    availableBytes: () => 8e9,
    ...change,
  });
  const use = { chainMs: 0, peakRssBytes: 5e9, jobs: null };

  it.each([
    [
      'load',
      { loadAverage: 3 },
      machine({ load: () => 3.2 }),
      'the load of the machine is not below 3 (--load-average)',
    ],
    ['memory that others will need', {}, machine({}), 'what runs leaves less of 6.7 GiB (--memory)'],
    [
      'memory that is used',
      { memoryBytes: 64e9 },
      machine({ availableBytes: () => 1e9 }),
      'of memory, and less is free',
    ],
  ])('hold a package back for %s, and let it go when nothing else runs', async (_, limits, state, words) => {
    const slots = new BuildSlots(limits, null, state);
    const silent = { wait: () => undefined, hold: () => undefined };
    const first = await slots.enter(use, join(prefix.home, 'a'), silent);
    const said: string[] = [];
    const second = slots.enter(use, join(prefix.home, 'b'), { wait: () => undefined, hold: (why) => said.push(why) });
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toContain(words);
    first.release();
    (await second).release();
  });

  it.each([
    ['-j4', 4],
    ['-j 8 -l4', 8],
    ['--jobs=2 --load-average=2', 2],
    ['-j4 -j1', 1],
    ['-j', null],
    ['', null],
  ])('MAKEOPTS="%s" means %s', (text, jobs) => {
    expect(jobsOf(text)).toBe(jobs);
  });

  it('are words of one setting', () => {
    expect(buildLimits('jobs=4 load-average=3.5 memory=8G')).toEqual({
      jobs: 4,
      loadAverage: 3.5,
      memoryBytes: 8 * 1024 ** 3,
    });
    for (const word of ['jobs=0', 'jobs', 'memory=8', 'load-average=x', 'speed=9']) {
      expect(() => buildLimits(word)).toThrow('is not a limit of builds');
    }
  });
});
