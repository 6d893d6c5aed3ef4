// How well packages are scheduled: node scripts/run.mjs bench/schedule.ts
//
// In simulated time, so that nothing else on the machine changes a figure: packages that configure on one processor, compile
// on as many as their job server gives and merge on none; old (in plan order, as many packages as processors, -jN for each)
// beside new (longest chain first, one job server). Then the processor time that the scheduler itself uses for 10, 100,
// 1000 and 10000 packages. Needs nothing.
import { Schedule } from '../lib/engine/schedule';
import { chainLengths, criticalPath, type TimedWork } from '../lib/layout/critical-path';

/** Processor seconds of one package: what runs on one processor, and what `make -j` spreads. */
interface Package {
  readonly id: string;
  readonly needs: readonly string[];
  readonly serial: number;
  readonly parallel: number;
}

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** Packages as a tree of libraries has them: most are small, one in ten is large, and later ones rest on earlier ones. */
function packagesOf(count: number, seed: number): readonly Package[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, i) => ({
    id: `p${i}`,
    needs: i === 0 ? [] : [...new Set(Array.from({ length: random(4) }, () => `p${Math.max(0, i - 1 - random(12))}`))],
    serial: 3 + random(12),
    parallel: random(10) === 0 ? 100 + random(300) : 2 + random(30),
  }));
}

interface Running {
  serialLeft: number;
  parallelLeft: number;
  readonly priority: number;
}

/**
 * Runs the packages in steps of a tenth of a second. `isNew`: longest chain first, and a package starts only when a processor
 * is free; else plan order, and each compiles with all processors, so that what wants more than there are shares them.
 */
function simulate(packages: readonly Package[], processors: number, isNew: boolean) {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const work: TimedWork = {
    ids: packages.map(({ id }) => id),
    needs: new Map(packages.map(({ id, needs }) => [id, needs])),
    costMs: (id) => (byId.get(id)!.serial + byId.get(id)!.parallel / processors) * 1000,
  };
  const lengths = chainLengths(work);
  const priority = (id: string): number => lengths.get(id) ?? 0;
  const schedule = new Schedule({ ...work, ...(isNew ? { priority } : {}) }, false);
  const running = new Map<string, Running>();
  const step = 0.1;
  let now = 0;
  let used = 0;
  let mostCompilers = 0;
  for (; running.size > 0 || schedule.next() !== null; now += step) {
    for (let id = schedule.next(); id !== null && running.size < processors; id = schedule.next()) {
      // the new one starts a package beside others only when these leave a processor
      const wanted = [...running.values()].reduce((sum, one) => sum + (one.serialLeft > 0 ? 1 : processors), 0);
      const isBetter = [...running.values()].every((one) => one.priority < priority(id as string));
      if (isNew && running.size > 0 && wanted >= processors && !isBetter) break;
      schedule.start(id);
      const { serial, parallel } = byId.get(id)!;
      running.set(id, { serialLeft: serial, parallelLeft: parallel, priority: priority(id) });
    }
    const order = [...running].sort(([, a], [, b]) => b.priority - a.priority);
    const wants = order.map(([, one]) => (one.serialLeft > 0 ? 1 : processors));
    const given = isNew ? wants.map(() => 1) : [...wants];
    let free = processors - given.length;
    for (let i = 0; isNew && i < given.length; i += 1) {
      const more = Math.max(0, Math.min(free, wants[i]! - 1));
      given[i]! += more;
      free -= more;
    }
    const compilers = given.reduce((sum, count) => sum + count, 0);
    mostCompilers = Math.max(mostCompilers, compilers);
    const speed = Math.min(1, processors / compilers);
    for (const [i, [id, one]] of order.entries()) {
      const done = given[i]! * speed * step;
      used += Math.min(done, one.serialLeft > 0 ? one.serialLeft : one.parallelLeft);
      if (one.serialLeft > 0) one.serialLeft -= done;
      else one.parallelLeft -= done;
      if (one.serialLeft > 0 || one.parallelLeft > 0) continue;
      running.delete(id);
      schedule.finish(id);
    }
  }
  const longest = criticalPath(work, lengths).reduce((sum, id) => sum + work.costMs(id) / 1000, 0);
  return { seconds: now, busy: used / (now * processors), mostCompilers, longest };
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

for (const processors of [2, 8]) {
  for (const count of [10, 100, 1000]) {
    const packages = packagesOf(count, 42);
    const before = simulate(packages, processors, false);
    const after = simulate(packages, processors, true);
    const told = (of: typeof before): string =>
      `${of.seconds.toFixed(0)} s, busy ${percent(of.busy)}, at most ${of.mostCompilers} compilers`;
    console.log(
      `${processors} processors, ${count} packages: old ${told(before)}; new ${told(after)}; longest chain ${after.longest.toFixed(0)} s`,
    );
  }
}

for (const count of [10, 100, 1000, 10_000]) {
  const packages = packagesOf(count, 7);
  const work = { ids: packages.map(({ id }) => id), needs: new Map(packages.map(({ id, needs }) => [id, needs])) };
  const rounds = Math.ceil(10_000 / count);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    const lengths = chainLengths({ ...work, costMs: () => 1 });
    const schedule = new Schedule({ ...work, priority: (id) => lengths.get(id) ?? 0 }, false);
    for (let id = schedule.next(); id !== null; id = schedule.next()) {
      schedule.start(id);
      schedule.finish(id);
    }
  }
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${count} packages: ${((user + system) / 1000 / rounds).toFixed(2)} ms of processor time for the schedule`,
  );
}
