import { describe, expect, it } from 'vitest';
import { elapsedMs, formatDuration, headline, remainingMs } from './estimate';
import type { LoggedEvent, RunEvent, RunPackage } from './events';
import { emptyRun, reduceRun, reduceRuns, runTotals } from './reduce-run';
import type { PackageView } from './run-view';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const zlib = 'staging|sys-libs/zlib-1.3.1';
const lua = 'staging|dev-lang/lua-5.4.6';

const listed = (id: string, needs: readonly string[], expectedMs: number | null): RunPackage => ({
  id,
  root: 'staging',
  cpv: id.split('|')[1] ?? '',
  action: 'build',
  needs,
  expectedMs,
});

/** One event a second. */
function log(...events: readonly RunEvent[]): LoggedEvent[] {
  return events.map((event, i) => ({ ...event, seq: i + 1, at: at(i + 1) }));
}

const begun: readonly RunEvent[] = [
  { kind: 'started', run: 'r1', name: 'demo', board: 'amd64-usr' },
  { kind: 'planned', planHash: 'h', packages: [listed(zlib, [], 10_000), listed(lua, [zlib], null)] },
  { kind: 'package_blocked', id: lua, by: zlib },
  { kind: 'package_started', id: zlib },
  { kind: 'package_phase', id: zlib, phase: 'fetch' },
];
const fresh = () => emptyRun({ id: 'r1', name: 'demo', board: 'amd64-usr', queuedAt: at(0) });
const states = (view: ReturnType<typeof fresh>) => view.packages.map((entry) => entry.state);

describe('a run folded from its events', () => {
  it('follows packages through their phases', () => {
    const view = reduceRuns(fresh(), log(...begun));
    expect([view.state, states(view)]).toEqual(['running', ['fetching', 'blocked']]);
    const done = reduceRuns(
      fresh(),
      log(
        ...begun,
        { kind: 'package_phase', id: zlib, phase: 'compile' },
        { kind: 'package_phase', id: zlib, phase: 'merge' },
        { kind: 'resources', id: zlib, cpuMs: 900, peakRssBytes: 5 },
        { kind: 'package_finished', id: zlib, durationMs: 3500, sizeBytes: 7, files: 2 },
        { kind: 'package_reused', id: lua, reason: 'nothing changed' },
      ),
    );
    expect(states(done)).toEqual(['done', 'reused']);
    expect(done.packages[0]).toMatchObject({ durationMs: 3500, cpuMs: 900, files: 2 });
    expect(done.packages[0]?.phases.map(({ phase, finishedAt }) => [phase, finishedAt])).toEqual([
      ['fetch', at(6)],
      ['compile', at(7)],
      ['merge', at(9)],
    ]);
    expect(runTotals(done)).toMatchObject({ total: 2, done: 1, reused: 1, settled: 2, running: 0 });
  });

  it('keeps what packages say, until they are begun anew', () => {
    const notice = { level: 'warn', phase: 'postinst', check: null, text: 'Look.' } as const;
    const said = log(...begun, { kind: 'package_notice', id: zlib, notice }, { kind: 'package_started', id: zlib });
    expect(reduceRuns(fresh(), said.slice(0, -1)).packages[0]?.notices).toEqual([notice]);
    expect(reduceRuns(fresh(), said).packages[0]?.notices).toEqual([]);
  });

  it('ignores events that it has seen, so that a stream may repeat them', () => {
    const events = log(...begun);
    const view = reduceRuns(fresh(), events);
    expect(reduceRuns(view, events)).toEqual(view);
    expect(reduceRun(view, events[0]!)).toBe(view);
  });

  it('keeps the first failure on top and counts what it blocks', () => {
    const view = reduceRuns(
      fresh(),
      log(
        ...begun,
        {
          kind: 'package_failed',
          id: zlib,
          phase: 'compile',
          message: 'emake failed',
          firstErrorLine: 'gzio.c:3: error',
          logLine: 12,
          hint: null,
        },
        { kind: 'package_skipped', id: lua, because: zlib },
        { kind: 'done', ok: false, state: 'failed', finalRoot: null, image: null, message: 'zlib failed' },
      ),
    );
    expect(view.failure).toMatchObject({ cpv: 'sys-libs/zlib-1.3.1', phase: 'compile', logLine: 12, blocks: [lua] });
    expect([view.state, states(view)]).toEqual(['failed', ['failed', 'skipped']]);
    expect(headline(view, start)).toBe('Failed after 7 s: sys-libs/zlib-1.3.1');
  });

  it('does not blame a failure for packages that do not need it', () => {
    const events = log(
      ...begun,
      {
        kind: 'package_failed',
        id: zlib,
        phase: 'compile',
        message: 'emake failed',
        firstErrorLine: null,
        logLine: null,
        hint: null,
      },
      { kind: 'package_skipped', id: lua, because: zlib, isUnrelated: true },
    );
    const view = reduceRuns(fresh(), events);
    expect(view.failure?.blocks).toEqual([]);
    expect(view.packages.find(({ id }) => id === lua)).toMatchObject({ state: 'skipped', isUnrelated: true });
  });

  it('tells a failure that no package caused', () => {
    const done: RunEvent = {
      kind: 'done',
      ok: false,
      state: 'failed',
      finalRoot: null,
      image: null,
      message: 'no plan',
    };
    const view = reduceRuns(fresh(), log(begun[0]!, done));
    expect(view.failure).toMatchObject({ id: null, message: 'no plan' });
  });

  it('lets nothing run on after a cancel', () => {
    const done: RunEvent = { kind: 'done', ok: false, state: 'cancelled', finalRoot: null, image: null, message: '' };
    const view = reduceRuns(fresh(), log(...begun, done));
    expect(states(view)).toEqual(['cancelled', 'cancelled']);
  });

  it('waits again after an interruption and starts over with the next plan', () => {
    const stopped = reduceRuns(fresh(), log(...begun, { kind: 'interrupted', message: 'server gone' }));
    expect([stopped.state, states(stopped)]).toEqual(['queued', ['queued', 'blocked']]);
    expect(stopped.interruptions).toEqual([{ at: at(6), message: 'server gone' }]);
    const resumed = reduceRuns(fresh(), log(...begun, { kind: 'interrupted', message: 'server gone' }, ...begun));
    expect([resumed.state, resumed.startedAt, states(resumed)]).toEqual(['running', at(1), ['fetching', 'blocked']]);
  });

  it('keeps what was finished before an interruption, although the new plan no longer has it', () => {
    const finished: RunEvent = { kind: 'package_finished', id: zlib, durationMs: 1, sizeBytes: 1, files: 1 };
    const rest: RunEvent = { kind: 'planned', planHash: 'h', packages: [listed(lua, [], null)] };
    const events = log(...begun, finished, { kind: 'interrupted', message: '' }, begun[0]!, rest);
    const view = reduceRuns(fresh(), events);
    expect(view.packages.map((entry) => [entry.id, entry.state])).toEqual([
      [zlib, 'done'],
      [lua, 'queued'],
    ]);
  });
});

describe('estimates', () => {
  it('range from the longest chain to everything in turn', () => {
    const view = reduceRuns(fresh(), log(...begun));
    // zlib has run for 6 of 10 s; lua, unknown, counts like the mean of the known ones
    expect(remainingMs(view, start + 10_000)).toEqual({ minMs: 14_000, maxMs: 14_000, known: 0.5 });
    expect(elapsedMs(view.packages[0]!, start + 10_000)).toBe(6000);
    expect(headline(view, start + 10_000)).toBe('Building 1 of 2, 14 s left to 14 s, nothing failed');
  });

  it.each([
    [
      ['staging build done', 'staging reuse reused', 'final install done', 'final install done'],
      'Built 1 package, reused 1, installed 2',
    ],
    [['staging build reused', 'staging reuse reused', 'final install done'], 'Built 0 packages, reused 2, installed 1'],
    [['staging build done', 'staging build done', 'final remove done'], 'Built 2 packages, removed 1'],
    [['staging remove done', 'final remove done'], 'Removed 1 package'],
  ])('count packages, not what was done with them: %s', (rows, words) => {
    const packages = rows.map((row, at): PackageView => {
      const [root = '', action = '', state = ''] = row.split(' ');
      const cpv = action === 'remove' ? 'a/gone-1' : `a/b${at}-1`;
      return { ...listed(`${root}|${cpv}`, [], null), root, action, state, notices: [] } as unknown as PackageView;
    });
    const view = { ...fresh(), state: 'succeeded' as const, packages, startedAt: at(0), finishedAt: at(3) };
    expect(headline(view, start)).toBe(`${words} in 3 s`);
  });

  it('say what stopped a run in one line, though its ways on follow', () => {
    const message = '2 packages cannot be built.\nRun `x`.\nRun `y`.';
    const view = { ...fresh(), state: 'failed' as const, message, startedAt: at(0), finishedAt: at(3) };
    expect(headline(view, start)).toBe('Failed after 3 s: 2 packages cannot be built.');
  });

  it('say nothing when nothing is known', () => {
    const planned: RunEvent = { kind: 'planned', planHash: 'h', packages: [listed(zlib, [], null)] };
    const view = reduceRuns(fresh(), log(begun[0]!, planned));
    expect(remainingMs(view, start)).toBeNull();
    expect(headline(view, start)).toBe('Building 1 of 1, nothing failed');
  });

  it.each([
    [400, '0 s'],
    [89_000, '89 s'],
    [240_000, '4 min'],
    [5_700_000, '1 h 35 min'],
  ])('write %d ms as %s', (ms, expected) => expect(formatDuration(ms)).toBe(expected));
});
