/** What a scheduler must know of the work: which items there are, in preferred order, and what each waits for. */
export interface Work {
  readonly ids: readonly string[];
  /** ids that must be done before; unknown ids count as done */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

export type WorkState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/**
 * Decides what runs next; knows nothing of processes. Items start in the given order as soon as everything they need is
 * done. After a failure whatever needs the failed item is skipped, and everything else too unless `keepGoing`.
 */
export class Schedule {
  private readonly states = new Map<string, WorkState>();

  constructor(
    private readonly work: Work,
    private readonly keepGoing: boolean,
  ) {
    for (const id of work.ids) this.states.set(id, 'waiting');
  }

  stateOf(id: string): WorkState {
    return this.states.get(id) ?? 'done';
  }

  /** Items that may start now, best first; the caller starts as many as it has room for. */
  ready(): readonly string[] {
    if (!this.keepGoing && [...this.states.values()].includes('failed')) return [];
    return this.work.ids.filter((id) => this.stateOf(id) === 'waiting' && this.openNeeds(id).length === 0);
  }

  /** What an item still waits for. */
  openNeeds(id: string): readonly string[] {
    return (this.work.needs.get(id) ?? []).filter((need) => this.stateOf(need) !== 'done');
  }

  start(id: string): void {
    this.states.set(id, 'running');
  }

  finish(id: string): void {
    this.states.set(id, 'done');
  }

  /** Notes a failure; answers the items that can no longer be built, each with the item it needs. */
  fail(id: string): readonly { readonly id: string; readonly because: string }[] {
    this.states.set(id, 'failed');
    const skipped: { readonly id: string; readonly because: string }[] = [];
    for (let found = true; found; ) {
      found = false;
      for (const other of this.work.ids) {
        if (this.stateOf(other) !== 'waiting') continue;
        const broken = this.openNeeds(other).find((need) => ['failed', 'skipped'].includes(this.stateOf(need)));
        if (broken === undefined) continue;
        this.states.set(other, 'skipped');
        skipped.push({ id: other, because: broken });
        found = true;
      }
    }
    return skipped;
  }

  /** Items that never started. */
  get waiting(): readonly string[] {
    return this.work.ids.filter((id) => this.stateOf(id) === 'waiting');
  }

  get hasFailed(): boolean {
    return [...this.states.values()].includes('failed');
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
