import { hostname } from 'node:os';
import type { WorkerRow } from '../db/schema';
import { type ProcessState, processSpace, processState } from '../host/process-state';

/** What tells this process from every other one, also from a later one with the same pid. */
export function processIdentity(): Pick<WorkerRow, 'host' | 'pid' | 'pid_start'> {
  const own = processState(process.pid);
  const startTicks = own.kind === 'alive' ? own.startTicks : 'unknown';
  return { host: hostname(), pid: process.pid, pid_start: `${processSpace()} ${startTicks}` };
}

/** How long a worker that the kernel here cannot tell of may be silent before it counts as gone. */
const silenceMs = 30_000;

/**
 * Notices which workers have stopped saying that they live. It compares what they say with what they said before, and
 * measures with a clock that nobody sets, so that wrong or jumping clocks do not make a living worker look dead.
 */
export class SilenceWatch {
  private readonly seen = new Map<string, { readonly beat: string; readonly sinceMs: number }>();

  /** `nowMs`: a clock that only goes forward */
  constructor(
    private readonly nowMs: () => number = () => performance.now(),
    private readonly allowedMs: number = silenceMs,
  ) {}

  isSilent({ id, seen_at }: Pick<WorkerRow, 'id' | 'seen_at'>): boolean {
    const known = this.seen.get(id);
    if (known?.beat === seen_at) return this.nowMs() - known.sinceMs > this.allowedMs;
    this.seen.set(id, { beat: seen_at, sinceMs: this.nowMs() });
    return false;
  }
}

/** Can the kernel here tell whether this worker lives? */
export const isNeighbour = (worker: Pick<WorkerRow, 'pid_start'>, space: string = processSpace()): boolean =>
  space !== '' && worker.pid_start.startsWith(`${space} `);

/** Is the process of this row gone? The kernel is asked where it can know; elsewhere silence decides. */
export function isGone(
  worker: Pick<WorkerRow, 'id' | 'pid' | 'pid_start' | 'seen_at'>,
  watch: SilenceWatch,
  look: (pid: number) => ProcessState = processState,
): boolean {
  if (!isNeighbour(worker)) return watch.isSilent(worker);
  const state = look(worker.pid);
  switch (state.kind) {
    case 'gone':
      return true;
    case 'hidden':
      return watch.isSilent(worker);
    case 'alive':
      return !worker.pid_start.endsWith(` ${state.startTicks}`);
  }
}
