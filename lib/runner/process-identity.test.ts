import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listWorkers, openDatabase, openQueue, type StudioDatabase } from '../db/index';
import { type ProcessState, processSpace } from '../host/process-state';
import { isGone, isNeighbour, processIdentity, SilenceWatch } from './process-identity';
import { WorkerPresence } from './worker-presence';

/** A clock that only goes forward, and one that people set. */
let clockMs = 0;
const watchOf = (allowedMs = 30_000): SilenceWatch => new SilenceWatch(() => clockMs, allowedMs);

const here = { id: 'w', pid: 42, pid_start: `${processSpace()} 4711`, seen_at: 'a' };
const elsewhere = { ...here, pid_start: 'another-boot/pid:[1] 4711' };

describe('a worker in this process space', () => {
  const later: ProcessState = { kind: 'alive', startTicks: '4712' };
  it.each<[string, ProcessState, boolean]>([
    ['lives', { kind: 'alive', startTicks: '4711' }, false],
    ['is gone', { kind: 'gone' }, true],
    ['is gone, and its number was given away', later, true],
    ['cannot be seen, so its silence decides', { kind: 'hidden' }, false],
  ])('%s', (_, state, gone) => {
    expect(isGone(here, watchOf(), () => state)).toBe(gone);
  });

  it('is this one', () => {
    const own = processIdentity();
    expect([isNeighbour(own), isGone({ ...here, ...own }, watchOf())]).toEqual([true, false]);
    expect(isNeighbour(own, '')).toBe(false);
  });
});

describe('a worker elsewhere', () => {
  const never = (): ProcessState => {
    throw new Error('the kernel here knows nothing of it');
  };
  it('is gone when it said nothing for long, on our clock', () => {
    const watch = watchOf();
    expect(isGone(elsewhere, watch, never)).toBe(false);
    clockMs += 30_000;
    expect(isGone(elsewhere, watch, never)).toBe(false);
    clockMs += 1;
    expect(isGone(elsewhere, watch, never)).toBe(true);
    expect(isGone({ ...elsewhere, seen_at: 'b' }, watch, never)).toBe(false);
  });

  it.each(['1970-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z', 'no time at all'])(
    'lives whatever its clock says, as long as it says something new: %s',
    (seen_at) => {
      const watch = watchOf();
      for (const beat of ['1', '2', '3']) {
        clockMs += 29_000;
        expect(isGone({ ...elsewhere, seen_at: `${seen_at}${beat}` }, watch, never)).toBe(false);
      }
    },
  );
});

describe('with a database', () => {
  const home = mkdtempSync(join(tmpdir(), 'presence-'));
  let studio: StudioDatabase;
  beforeAll(async () => {
    studio = await openDatabase({ home, url: null });
  });
  afterAll(async () => {
    await studio.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('a worker is there from joining to leaving, with what it works on', async () => {
    const presence = await WorkerPresence.join(studio, 'command');
    await presence.busyWith('run-1');
    expect(await listWorkers(studio)).toMatchObject([
      { id: presence.id, kind: 'command', run: 'run-1', ...processIdentity() },
    ]);
    await presence.busyWith(null);
    expect((await listWorkers(studio))[0]?.run).toBeNull();
    await presence.leave();
    expect(await listWorkers(studio)).toEqual([]);
  });

  it('a clock that jumps gives a job to another worker, and the first learns that it lost it', async () => {
    let wallMs = Date.parse('2026-01-01');
    const queue = await openQueue(studio, { leaseMs: 20_000, now: () => wallMs });
    await queue.enqueue('job');
    const first = await queue.claim('w1');
    wallMs -= 3_600_000;
    expect(await queue.claim('w2')).toBeNull();
    expect(await queue.heartbeat(first!, 'w1')).toBe(true);
    wallMs += 7_200_000;
    const second = await queue.claim('w2');
    expect(second?.run).toBe('job');
    expect(await queue.heartbeat(first!, 'w1')).toBe(false);
    // what the first still does must not take the job from the second
    await queue.complete(first!);
    expect(await queue.heartbeat(second!, 'w2')).toBe(true);
    await queue.complete(second!);
    await queue.close();
  });
});
