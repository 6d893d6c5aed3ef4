/** Work whose parts wait for each other and take time. */
export interface TimedWork {
  /** in preferred order */
  readonly ids: readonly string[];
  /** what each waits for; unknown ids count as done */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** expected time of an item, ms */
  readonly costMs: (id: string) => number;
}

/** Who waits for each item. */
export function dependentsOf({ ids, needs }: Pick<TimedWork, 'ids' | 'needs'>): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const id of ids) for (const need of new Set(needs.get(id) ?? [])) dependents.get(need)?.push(id);
  return dependents;
}

/**
 * For each item the expected time, ms, from its start to the end of the longest chain of items that wait for it. What has
 * the longest is to be started first (list scheduling by bottom level). Items of a cycle count with their own time alone.
 */
export function chainLengths(work: TimedWork): ReadonlyMap<string, number> {
  const { ids, needs, costMs } = work;
  const dependents = dependentsOf(work);
  const lengths = new Map<string, number>();
  const open = new Map(ids.map((id) => [id, dependents.get(id)?.length ?? 0]));
  const ready = ids.filter((id) => open.get(id) === 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    let after = 0;
    for (const dependent of dependents.get(id) ?? []) after = Math.max(after, lengths.get(dependent) ?? 0);
    lengths.set(id, costMs(id) + after);
    for (const need of new Set(needs.get(id) ?? [])) {
      const left = open.get(need);
      if (left === undefined) continue;
      open.set(need, left - 1);
      if (left === 1) ready.push(need);
    }
  }
  for (const id of ids) if (!lengths.has(id)) lengths.set(id, costMs(id));
  return lengths;
}

/** The longest chain, first item first: what the whole cannot be faster than. */
export function criticalPath(work: TimedWork, lengths = chainLengths(work)): readonly string[] {
  const dependents = dependentsOf(work);
  const longest = (ids: readonly string[]): string | undefined => {
    let best: string | undefined;
    for (const id of ids) if (best === undefined || lengths.get(id)! > lengths.get(best)!) best = id;
    return best;
  };
  const path: string[] = [];
  const seen = new Set<string>();
  for (let id = longest(work.ids); id !== undefined && !seen.has(id); id = longest(dependents.get(id) ?? [])) {
    seen.add(id);
    path.push(id);
  }
  return path;
}

/**
 * Expected time of the whole, ms, when `workers` items run at once and whatever heads the longest chain goes first.
 * Never less than the longest chain and than the sum shared evenly.
 */
export function expectedTotalMs(work: TimedWork, workers: number, lengths = chainLengths(work)): number {
  const order = [...work.ids].sort((a, b) => lengths.get(b)! - lengths.get(a)!);
  const rank = new Map(order.map((id, index) => [id, index]));
  const dependents = dependentsOf(work);
  const known = new Set(work.ids);
  const open = new Map(
    work.ids.map((id) => [id, new Set((work.needs.get(id) ?? []).filter((n) => known.has(n))).size]),
  );
  const ready = order.filter((id) => open.get(id) === 0);
  const running: { readonly id: string; readonly endMs: number }[] = [];
  let nowMs = 0;
  while (ready.length > 0 || running.length > 0) {
    while (ready.length > 0 && running.length < Math.max(1, workers)) {
      const id = ready.shift() as string;
      running.push({ id, endMs: nowMs + work.costMs(id) });
    }
    running.sort((a, b) => b.endMs - a.endMs);
    const ended = running.pop();
    if (!ended) break;
    nowMs = ended.endMs;
    for (const dependent of dependents.get(ended.id) ?? []) {
      const left = (open.get(dependent) ?? 0) - 1;
      open.set(dependent, left);
      if (left === 0) insertByRank(ready, dependent, rank);
    }
  }
  return nowMs;
}

function insertByRank(ready: string[], id: string, rank: ReadonlyMap<string, number>): void {
  const own = rank.get(id) ?? 0;
  let low = 0;
  for (let high = ready.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((rank.get(ready[middle] as string) ?? 0) < own) low = middle + 1;
    else high = middle;
  }
  ready.splice(low, 0, id);
}

/** How long a package takes of which only the size of its sources is known, ms: what C packages of the starters need. */
export function guessedBuildMs(sourceBytes: number): number {
  return Math.round(3000 + (sourceBytes / 1e6) * 8000);
}
