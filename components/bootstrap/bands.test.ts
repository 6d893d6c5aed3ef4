import { describe, expect, it } from 'vitest';
import type { Provider, RestsOn, StageReport } from '@/lib/plan/bootstrap-report';
import { bandsOf, nameOf, stageToShow } from './bands';

const host: Provider = { place: 'host', cpv: 'sys-libs/glibc-2' };
const own: Provider = { place: 'staging', cpv: 'sys-libs/glibc-3', stage: 'libc', isCopy: false };

const stage = (id: string, libc: Provider | null | 'waits', kind: 'planned' | 'unsolved' = 'planned'): StageReport =>
  ({ id, restsOn: libc === 'waits' ? null : ({ libc } as unknown as RestsOn), outcome: { kind } }) as StageReport;

describe('the bands of a role', () => {
  it('join neighbours that rest on the same', () => {
    const stages = [stage('a', host), stage('b', { ...host }), stage('c', null), stage('d', own), stage('e', 'waits')];
    expect(bandsOf({ stages }, 'libc').map(({ from, span, provider }) => [from, span, provider])).toEqual([
      [0, 2, host],
      [2, 1, null],
      [3, 1, own],
      [4, 1, 'waits'],
    ]);
  });

  it('are cut where the host takes over again', () => {
    const stages = [stage('a', host), stage('b', own), stage('c', host)];
    expect(bandsOf({ stages }, 'libc').map(({ span }) => span)).toEqual([1, 1, 1]);
  });
});

describe('the stage that is shown first', () => {
  it('is the chosen one, else the one without a plan, else the first', () => {
    const stages = [stage('a', host), stage('b', host, 'unsolved')];
    expect(stageToShow(stages, 'a')?.id).toBe('a');
    expect(stageToShow(stages, 'gone')?.id).toBe('b');
    expect(stageToShow(stages.slice(0, 1), '')?.id).toBe('a');
  });
});

it('shortens a cpv to its name and version', () => {
  expect(nameOf('sys-libs/glibc-2.43-r2')).toBe('glibc-2.43-r2');
});
