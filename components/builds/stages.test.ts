import { describe, expect, it } from 'vitest';
import type { LoggedEvent, RunEvent } from '@/lib/api/events';
import { emptyRun, reduceRuns } from '@/lib/api/reduce-run';
import { stageProgress } from './stages';
import { timeSpan } from './waterfall';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const log = (...events: RunEvent[]): LoggedEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1, at: at(index) }));
const empty = emptyRun({ id: 'r1', name: 'demo', board: 'amd64-usr', queuedAt: at(0) });
const pkg = (root: 'staging' | 'final', cpv: string) =>
  ({
    id: `${root}|${cpv}`,
    root,
    cpv,
    action: root === 'staging' ? 'build' : 'install',
    needs: [],
    expectedMs: null,
  }) as const;
const planned: RunEvent = {
  kind: 'planned',
  planHash: 'h',
  packages: [pkg('staging', 'a/a-1'), pkg('staging', 'b/b-1'), pkg('final', 'a/a-1')],
};
const started: RunEvent = { kind: 'started', run: 'r1', name: 'demo', board: 'amd64-usr' };
const states = (...events: RunEvent[]) => stageProgress(reduceRuns(empty, log(...events))).map((step) => step.state);

describe('the steps of a build', () => {
  it('are all ahead while it waits', () => {
    expect(new Set(states())).toEqual(new Set(['ahead']));
  });
  it('fill the place that is worked on', () => {
    const view = reduceRuns(
      empty,
      log(
        started,
        planned,
        { kind: 'stage', stage: 'staging', message: '' },
        { kind: 'package_finished', id: 'staging|a/a-1', durationMs: 1, sizeBytes: 1, files: 1 },
      ),
    );
    expect(stageProgress(view)[2]).toMatchObject({ stage: 'staging', state: 'now', share: 0.5, note: '1/2' });
  });
  it('stop where a package failed', () => {
    expect(
      states(
        started,
        planned,
        { kind: 'stage', stage: 'staging', message: '' },
        {
          kind: 'package_failed',
          id: 'staging|a/a-1',
          phase: 'compile',
          message: 'x',
          firstErrorLine: null,
          logLine: null,
          hint: null,
        },
        { kind: 'done', ok: false, state: 'failed', finalRoot: null, image: null, message: 'x' },
      ),
    ).toEqual(['done', 'done', 'failed', 'ahead', 'ahead', 'ahead']);
  });
});

it('spans the time from the first start to now', () => {
  const view = reduceRuns(empty, log(started, planned, { kind: 'package_started', id: 'staging|a/a-1' }));
  expect(timeSpan(view, Date.parse(at(12)))).toEqual({ from: Date.parse(at(2)), length: 10_000 });
  expect(timeSpan(empty, 0)).toBeNull();
});
