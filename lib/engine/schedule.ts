import { dependentsOf } from '../layout/critical-path';

/** What a scheduler must know of the work: which items there are, in preferred order, and what each waits for. */
export interface Work {
  readonly ids: readonly string[];
  /** ids that must be done before; unknown ids count as done */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** what has more goes first; default: the given order alone */
  readonly priority?: (id: string) => number;
}

export type WorkState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/**
 * Decides what runs next; knows nothing of processes. An item may start as soon as everything that it needs is done: the one
 * with the highest priority first, the given order among equals. After a failure whatever needs the failed item is skipped,
 * and everything else too unless `keepGoing`. Each item and each need is looked at once in the life of a schedule.
 */
export class Schedule {
  private readonly states = new Map<string, WorkState>();
  private readonly rank: ReadonlyMap<string, number>;
  private readonly dependents: ReadonlyMap<string, readonly string[]>;
  private readonly openCounts = new Map<string, number>();
  /** by rank */
  private readonly free: string[];
  private failures = 0;

  constructor(
    private readonly work: Work,
    private readonly keepGoing: boolean,
  ) {
    const { ids, needs, priority } = work;
    const order = priority ? [...ids].sort((a, b) => priority(b) - priority(a)) : ids;
    this.rank = new Map(order.map((id, index) => [id, index]));
    this.dependents = dependentsOf(work);
    for (const id of ids) {
      this.states.set(id, 'waiting');
      const open = new Set((needs.get(id) ?? []).filter((need) => this.rank.has(need)));
      this.openCounts.set(id, open.size);
    }
    this.free = order.filter((id) => this.openCounts.get(id) === 0);
  }

  stateOf(id: string): WorkState {
    return this.states.get(id) ?? 'done';
  }

  /** Items that may start now, best first; the caller starts as many as it has room for. */
  ready(): readonly string[] {
    return this.failures > 0 && !this.keepGoing ? [] : this.free;
  }

  /** The best item that may start now, null when there is none. */
  next(): string | null {
    return this.ready()[0] ?? null;
  }

  /** What an item still waits for. */
  openNeeds(id: string): readonly string[] {
    return (this.work.needs.get(id) ?? []).filter((need) => this.stateOf(need) !== 'done');
  }

  start(id: string): void {
    this.states.set(id, 'running');
    const at = this.placeOf(id);
    if (this.free[at] === id) this.free.splice(at, 1);
  }

  /** Answers the items that waited for this one, whether or not they wait for others too. */
  finish(id: string): readonly string[] {
    this.states.set(id, 'done');
    const dependents = this.dependents.get(id) ?? [];
    for (const dependent of dependents) {
      const left = (this.openCounts.get(dependent) ?? 0) - 1;
      this.openCounts.set(dependent, left);
      if (left === 0 && this.stateOf(dependent) === 'waiting') this.free.splice(this.placeOf(dependent), 0, dependent);
    }
    return dependents;
  }

  /** Notes a failure; answers the items that can no longer be built, each with the item it needs. */
  fail(id: string): readonly { readonly id: string; readonly because: string }[] {
    if (this.stateOf(id) === 'waiting') this.start(id);
    this.states.set(id, 'failed');
    this.failures += 1;
    const skipped: { readonly id: string; readonly because: string }[] = [];
    const broken = [id];
    for (let because = broken.shift(); because !== undefined; because = broken.shift()) {
      for (const other of this.dependents.get(because) ?? []) {
        if (this.stateOf(other) !== 'waiting') continue;
        this.states.set(other, 'skipped');
        skipped.push({ id: other, because });
        broken.push(other);
      }
    }
    return skipped;
  }

  /** Items that never started. */
  get waiting(): readonly string[] {
    return this.work.ids.filter((id) => this.stateOf(id) === 'waiting');
  }

  get hasFailed(): boolean {
    return this.failures > 0;
  }

  /** Where an item stands among the free ones, or would. */
  private placeOf(id: string): number {
    const own = this.rank.get(id) ?? 0;
    let low = 0;
    for (let high = this.free.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.rank.get(this.free[middle] as string) ?? 0) < own) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Does an edge set hold a cycle among the given ids? Answers one, for a message; null when there is none. */
export function findCycle({ ids, needs }: Work): readonly string[] | null {
  const known = new Set(ids);
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (id: string): readonly string[] | null => {
    if (state.get(id) === 'done') return null;
    if (state.get(id) === 'open') return [...path.slice(path.indexOf(id)), id];
    state.set(id, 'open');
    path.push(id);
    for (const need of needs.get(id) ?? []) {
      const cycle = known.has(need) ? visit(need) : null;
      if (cycle) return cycle;
    }
    path.pop();
    state.set(id, 'done');
    return null;
  };
  for (const id of ids) {
    const cycle = visit(id);
    if (cycle) return cycle;
  }
  return null;
}
