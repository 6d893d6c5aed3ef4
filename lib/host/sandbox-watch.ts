import { type ProcessUsage, readProcessTable, readUsageBelow } from './process-usage';
import type { LimitName, SandboxLimits } from './sandbox-limits';

/** A sandbox that is running, as the watch sees it. */
export interface Watched {
  /** first process of its tree, on this machine */
  readonly pid: number;
  readonly limits: Pick<SandboxLimits, 'memory' | 'processor' | 'processes'>;
  /** resident memory of all its processes, at each look */
  readonly onMemory: (bytes: number) => void;
  readonly onExceeded: (limit: LimitName) => void;
}

const lookEveryMs = 500;

const watched = new Set<Watched>();
let timer: NodeJS.Timeout | null = null;

/** Holds the sums over all processes of a sandbox against its limits, twice a second. Returns how to stop. */
export function watchSandbox(sandbox: Watched): () => void {
  watched.add(sandbox);
  timer ??= setInterval(look, lookEveryMs).unref();
  return () => {
    watched.delete(sandbox);
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** Every so many looks go through the whole table, from which nothing can be missing. */
const wholeEvery = 8;
let looks = 0;

/** One reading of the process table, where it has to be read, serves all sandboxes. */
function look(): void {
  looks += 1;
  let table: ReturnType<typeof readProcessTable> | null = looks % wholeEvery === 0 ? readProcessTable() : null;
  const fromTable = (pid: number, most: number): ProcessUsage => {
    table ??= readProcessTable();
    return table(pid, most);
  };
  for (const { pid, limits, onMemory, onExceeded } of watched) {
    const most = limits.processes;
    const usage = table ? table(pid, most) : (readUsageBelow(pid, most) ?? fromTable(pid, most));
    onMemory(usage.memory);
    const beyond = (['memory', 'processes', 'processor'] as const).find((limit) => usage[limit] > limits[limit]);
    if (beyond) onExceeded(beyond);
  }
}
