import { describe, expect, it } from 'vitest';
import { JobPool, type JobRequest, type JobShare } from './job-pool';
import type { TokenPipe } from './token-pipe';

/** A pipe in memory, with the two things that a package does at its other end. */
class Pipe implements TokenPipe {
  lying = 0;
  drain(): number {
    const found = this.lying;
    this.lying = 0;
    return found;
  }
  give(count: number): void {
    this.lying += count;
  }
  close(): void {}
  private told: (count: number) => boolean = () => false;
  /** heard from now to the next look? */
  isHeard = true;
  onReturn(told: (count: number) => boolean): void {
    this.told = told;
  }
  listen(): void {
    this.isHeard = true;
  }
  putBack(count = 1): void {
    if (this.isHeard) this.isHeard = this.told(count);
  }
  take(): boolean {
    if (this.lying === 0) return false;
    this.lying -= 1;
    return true;
  }
}

const still = { shares: 9, roundEveryMs: 0 };

async function enter(pool: JobPool, request: Partial<JobRequest> = {}): Promise<JobShare> {
  return pool.enter({ priority: 0, ...request });
}

describe('processors that packages share', () => {
  it('gives each package one, and the rest to who takes it', async () => {
    const pool = new JobPool(3, still);
    const pipe = new Pipe();
    const share = await enter(pool, { pipe });
    pool.round();
    expect(pipe.take()).toBe(true);
    pool.round();
    expect(pipe.take()).toBe(true);
    pool.round();
    expect(pipe.take()).toBe(false);
    expect(pool.free).toBe(0);
    share.release();
    expect(pool.free).toBe(3);
  });

  it('moves a token that lies untouched to a package that waits, and later back', async () => {
    const pool = new JobPool(2, still);
    const first = new Pipe();
    await enter(pool, { pipe: first, priority: 5 });
    pool.round();
    expect(first.lying).toBe(1);
    let second: JobShare | null = null;
    const waiting = enter(pool, { priority: 1 }).then((share) => {
      second = share;
    });
    pool.round();
    pool.round();
    await waiting;
    expect(second).not.toBeNull();
    expect(first.lying).toBe(0);
    second!.release();
    pool.round();
    expect(first.lying).toBe(1);
  });

  it('leaves a token with the package of the longest chain while it takes it', async () => {
    const pool = new JobPool(2, still);
    const first = new Pipe();
    await enter(pool, { pipe: first, priority: 5 });
    pool.round();
    first.take();
    let started = false;
    void enter(pool, { priority: 1 }).then(() => {
      started = true;
    });
    for (let round = 0; round < 5; round += 1) {
      pool.round();
      // put back and taken again at once, as make does between two files
      first.give(1);
      pool.round();
      first.take();
    }
    await Promise.resolve();
    expect(started).toBe(false);
  });

  it('lets everybody who waits have a turn, in the order in which they came, beside one that asks again at once', async () => {
    const pool = new JobPool(2, { shares: 2, roundEveryMs: 0 });
    const greedy = new Pipe();
    await enter(pool, { pipe: greedy, priority: 9 });
    pool.round();
    let holds = greedy.take() ? 1 : 0;
    let ends = 0;
    const order: string[] = [];
    let inside: JobShare | null = null;
    for (const [name, priority] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
    ] as const) {
      void enter(pool, { priority, pipe: new Pipe() }).then((share) => {
        order.push(name);
        inside = share;
      });
    }
    for (let time = 0; time < 40; time += 1) {
      ends += holds;
      if (holds > 0) greedy.putBack();
      holds = greedy.take() ? 1 : 0;
      await new Promise((resolve) => setImmediate(resolve));
      const small = inside as JobShare | null;
      expect(1 + holds + (small ? 1 : 0)).toBe(pool.total);
      inside = null;
      small?.release();
      if (small) holds = greedy.take() ? 1 : 0;
    }
    expect(order).toEqual(['a', 'b', 'c']);
    // the one that heads the longest chain had its turns between them
    expect(ends).toBeGreaterThan(20);
  });

  it('hears no more from a package that gives back what it was never given, until the next look', async () => {
    const pool = new JobPool(2, still);
    const forger = new Pipe();
    await enter(pool, { pipe: forger });
    forger.putBack(1000);
    expect(forger.isHeard).toBe(false);
    expect(pool.free).toBeGreaterThanOrEqual(0);
    expect(forger.lying).toBeLessThanOrEqual(2);
    pool.round();
    expect(forger.isHeard).toBe(true);
    for (let time = 0; time < 1000 && forger.isHeard; time += 1) forger.putBack();
    expect(forger.isHeard).toBe(false);
  });

  it('starts packages by their priority', async () => {
    const pool = new JobPool(1, still);
    const running = await enter(pool);
    const order: string[] = [];
    const one = enter(pool, { priority: 1 }).then((share) => {
      order.push('low');
      share.release();
    });
    const two = enter(pool, { priority: 2 }).then((share) => {
      order.push('high');
      share.release();
    });
    running.release();
    await Promise.all([one, two]);
    expect(order).toEqual(['high', 'low']);
  });

  it('loses at most its own share to a package that keeps everything, and gets it back at its end', async () => {
    const pool = new JobPool(4, still);
    const greedy = new Pipe();
    const honest = new Pipe();
    const first = await enter(pool, { pipe: greedy, most: 3 });
    const waiting = enter(pool, { pipe: honest });
    for (let round = 0; round < 3; round += 1) pool.round();
    const second = await waiting;
    for (let round = 0; round < 10; round += 1) {
      pool.round();
      while (greedy.take());
    }
    expect(pool.free).toBe(0);
    expect(honest.lying).toBe(0);
    // 3 of the greedy one and the one of the other
    first.release();
    expect(pool.free).toBe(3 - honest.lying);
    second.release();
    expect(pool.free).toBe(4);
  });

  it('is not made richer by forged tokens', async () => {
    const pool = new JobPool(2, still);
    const forger = new Pipe();
    const honest = new Pipe();
    const first = await enter(pool, { pipe: forger });
    const second = enter(pool, { pipe: honest });
    for (let round = 0; round < 3; round += 1) pool.round();
    await second;
    let taken = 0;
    for (let round = 0; round < 20; round += 1) {
      forger.give(1000);
      pool.round();
      if (honest.take()) taken += 1;
      expect(pool.free).toBeGreaterThanOrEqual(0);
    }
    // what the forger gave away is its own processor, once
    expect(taken).toBeLessThanOrEqual(1);
    first.release();
    expect(pool.total).toBe(2);
    expect(pool.free).toBeLessThanOrEqual(1);
  });

  it('gives a processor again to a package that handed out its own', async () => {
    const pool = new JobPool(2, still);
    const pipe = new Pipe();
    const eager = new Pipe();
    await enter(pool, { pipe, priority: 1 });
    await enter(pool, { pipe: eager, priority: 9 });
    pipe.give(1);
    pool.round();
    expect(pipe.lying).toBe(1);
    pipe.take();
    pool.round();
    expect(pool.free).toBe(0);
  });

  it('holds back what may not start while others run, says why once, and starts it when nothing else does', async () => {
    const pool = new JobPool(4, still);
    const running = await enter(pool);
    const said: string[] = [];
    const mayStart = (): string => 'memory is short';
    const held = enter(pool, { mayStart, onHold: (reason) => said.push(reason) });
    const other = await enter(pool, { priority: -1 });
    pool.round();
    expect(said).toEqual(['memory is short']);
    other.release();
    running.release();
    await held;
    expect(pool.free).toBe(3);
  });

  it('forgets who stops waiting', async () => {
    const pool = new JobPool(1, still);
    const running = await enter(pool);
    const abort = new AbortController();
    const waiting = enter(pool, { signal: abort.signal });
    abort.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    running.release();
    expect(pool.free).toBe(1);
  });

  it('runs no more packages at once than it may', async () => {
    const pool = new JobPool(8, { ...still, shares: 1 });
    const running = await enter(pool);
    let started = false;
    const next = enter(pool).then(() => {
      started = true;
    });
    await Promise.resolve();
    expect(started).toBe(false);
    running.release();
    await next;
  });

  describe('beside packages that configure', () => {
    const two = { shares: 2, roundEveryMs: 0, moreWhenSerial: 1 };
    /** Does a third package get in? */
    const third = async (pool: JobPool): Promise<boolean> => {
      let isIn = false;
      void enter(pool, { priority: 0 }).then(() => {
        isIn = true;
      });
      pool.round();
      await new Promise((resolve) => setImmediate(resolve));
      return isIn;
    };

    it('lets one more in when two do, and no further one', async () => {
      const pool = new JobPool(2, two);
      const shares = [await enter(pool), await enter(pool)];
      for (const share of shares) share.setSerial(true);
      expect(await third(pool)).toBe(true);
      expect(pool.free).toBe(-1);
      expect(await third(pool)).toBe(false);
      for (const share of shares) share.release();
      expect(pool.free).toBe(0);
    });

    it('lets none in when one of them compiles', async () => {
      const pool = new JobPool(2, two);
      (await enter(pool)).setSerial(true);
      await enter(pool);
      expect(await third(pool)).toBe(false);
    });

    it('lays out no token while there are more than processors', async () => {
      const pool = new JobPool(2, two);
      const pipe = new Pipe();
      const shares = [await enter(pool), await enter(pool, { pipe })];
      for (const share of shares) share.setSerial(true);
      expect(await third(pool)).toBe(true);
      for (const share of shares) share.setSerial(false);
      pool.round();
      pool.round();
      expect(pipe.lying).toBe(0);
      shares[0]?.release();
      expect(pipe.lying).toBe(0);
    });

    it('lets none in where nobody asked for it', async () => {
      const pool = new JobPool(2, { shares: 2, roundEveryMs: 0 });
      for (const share of [await enter(pool), await enter(pool)]) share.setSerial(true);
      expect(await third(pool)).toBe(false);
    });
  });
});
