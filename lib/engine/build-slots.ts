import { availableParallelism, loadavg, totalmem } from 'node:os';
import { JobPool } from '../host/job-pool';
import { makeTokenPipe, type TokenPipes } from '../host/token-pipe';
import { formatBinary } from '../host/units';
import type { BuildPhase } from '../layout/events';
import type { BuildLimits } from './build-limits';

/** What is known of a package before it runs. */
export interface ExpectedUse {
  /** time, ms, from its start to the end of all that waits for it */
  readonly chainMs: number;
  /** most memory that it needed before; null: not known */
  readonly peakRssBytes: number | null;
  /** jobs that MAKEOPTS of the design allows it; null: it says nothing */
  readonly jobs: number | null;
}

/** A package that may compile now. */
export interface BuildSlot {
  /** FIFO with tokens for further jobs */
  readonly tokens: string;
  /** Tells what it is at. */
  setPhase(phase: BuildPhase): void;
  release(): void;
}

/** What the machine says of itself; tests pass their own. */
export interface MachineState {
  readonly processors: number;
  readonly totalBytes: number;
  load(): number;
  availableBytes(): number;
}

const thisMachine: MachineState = {
  processors: availableParallelism(),
  totalBytes: process.constrainedMemory() || totalmem(),
  load: () => loadavg()[0] ?? 0,
  availableBytes: () => process.availableMemory(),
};

/** What a package needs of which nothing is known: a compiler or two. */
const usualBytes = 256 * 1024 ** 2;

/** The number of the last `-j` of MAKEOPTS; null: there is none, or it has no number. */
export function jobsOf(makeOpts: string): number | null {
  const found = [...makeOpts.matchAll(/(?:^|\s)(?:-j|--jobs(?:=|\s+|$))\s*(\d+)?/g)].at(-1)?.[1];
  return found === undefined ? null : Math.max(1, Number(found));
}

/** Hands out processors to the packages of a run. */
export class BuildSlots {
  /** jobs of all packages together */
  readonly jobs: number;
  private readonly pool: JobPool;
  private expectedBytes = 0;

  /** `makeOptsJobs`: the most that MAKEOPTS of the design allows a package, which may be more than there are processors. */
  constructor(
    private readonly limits: BuildLimits,
    makeOptsJobs: number | null,
    private readonly machine: MachineState = thisMachine,
    /** where FIFOs come from; default: each is made when it is wanted */
    private readonly pipes: Pick<TokenPipes, 'make'> = { make: makeTokenPipe },
  ) {
    const packages = Math.max(1, limits.jobs ?? machine.processors);
    this.jobs = Math.max(machine.processors, makeOptsJobs ?? 0);
    // who named a number means it
    const moreWhenSerial = limits.jobs === undefined ? Math.ceil(machine.processors / 2) : 0;
    this.pool = new JobPool(this.jobs, { shares: packages, moreWhenSerial });
  }

  /** Jobs that nobody has. */
  get free(): number {
    return this.pool.free;
  }

  /**
   * Waits until a package may compile. `tokens`: where its FIFO is made. `onWait` is called when that is not at once, `onHold`
   * when load or memory are the reason, with a sentence. Throws the signal's reason.
   */
  async enter(
    use: ExpectedUse,
    tokens: string,
    on: { readonly wait: () => void; readonly hold: (reason: string) => void; readonly signal?: AbortSignal },
  ): Promise<BuildSlot> {
    const bytes = use.peakRssBytes ?? usualBytes;
    const pipe = await this.pipes.make(tokens);
    try {
      const share = await this.pool.enter({
        priority: use.chainMs,
        most: use.jobs ?? undefined,
        pipe,
        mayStart: () => this.reasonToWait(bytes),
        onWait: on.wait,
        onHold: on.hold,
        signal: on.signal,
      });
      this.expectedBytes += bytes;
      return {
        tokens,
        setPhase: (phase) => share.setSerial(phase !== 'compile' && phase !== 'test'),
        release: () => {
          this.expectedBytes -= bytes;
          share.release();
          pipe.close();
        },
      };
    } catch (error) {
      pipe.close();
      throw error;
    }
  }

  /** Why nothing more may start beside what runs; null: it may. */
  private reasonToWait(bytes: number): string | null {
    const { loadAverage, memoryBytes } = this.limits;
    const { machine } = this;
    if (loadAverage !== undefined && machine.load() >= loadAverage) {
      return `the load of the machine is not below ${loadAverage} (--load-average)`;
    }
    const most = memoryBytes ?? machine.totalBytes * 0.9;
    if (this.expectedBytes + bytes > most) {
      return `it needs about ${formatBinary(bytes)} of memory, and what runs leaves less of ${formatBinary(most)} (--memory)`;
    }
    if (bytes > machine.availableBytes()) return `it needs about ${formatBinary(bytes)} of memory, and less is free`;
    return null;
  }
}
