import { readProcessTable } from './process-usage';
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

/** One reading of the process table serves all sandboxes. */
function look(): void {
  const usageOf = readProcessTable();
  for (const { pid, limits, onMemory, onExceeded } of watched) {
    const usage = usageOf(pid);
    onMemory(usage.memory);
    const beyond = (['memory', 'processes', 'processor'] as const).find((limit) => usage[limit] > limits[limit]);
    if (beyond) onExceeded(beyond);
  }
}
