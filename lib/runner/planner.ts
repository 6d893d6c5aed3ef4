import { Worker } from 'node:worker_threads';
import type { TreeWork } from '../api/wire';
import { StudioError } from '../errors';
import { childEnvironment } from '../host/child-environment';
import { RunnerError } from './errors';
import type { CarriedError, FromPlanning, Planning, PlanningAnswers, PlanningWork, ToPlanning } from './planning-work';

interface Open {
  readonly key: string;
  readonly stopFlag: SharedArrayBuffer;
  /** how many wait for it */
  waiting: number;
  readonly answer: Promise<unknown>;
  readonly settle: (message: FromPlanning | Error) => void;
}

/** Plans, lists and exports that may wait for the one thread; each holds its design and its answer. */
const mostOpen = 24;

/**
 * The thread that plans. Opening trees and looking for fixes takes seconds of processor time, which must not stop pages
 * and event streams. Equal questions share one answer; one for which nobody waits any more is dropped.
 */
export class Planner implements Planning {
  private thread: Worker | null = null;
  private tickets = 0;
  private readonly open = new Map<number, Open>();
  private readonly work = new Map<string, TreeWork>();

  /** `program`: bundle of `planning-main.ts` */
  constructor(
    private readonly program: string,
    private readonly home: string,
  ) {}

  get treeWork(): ReadonlyMap<string, TreeWork> {
    return this.work;
  }

  /** Throws what the thread threw, with code, message and hint; `AbortError` when `signal` was first. */
  async run<Kind extends PlanningWork['kind']>(
    work: PlanningWork & { readonly kind: Kind },
    signal?: AbortSignal,
  ): Promise<PlanningAnswers[Kind]> {
    signal?.throwIfAborted();
    const key = JSON.stringify(work);
    const known = [...this.open].find(([, open]) => open.key === key && work.kind !== 'export');
    if (!known && work.kind !== 'tree' && this.open.size >= mostOpen) {
      throw new RunnerError('TOO_BUSY', `${mostOpen} questions to the planner are still open.`, {
        hint: 'Try again when some of them are answered.',
      });
    }
    const [ticket, open] = known ?? this.begin(key, work);
    open.waiting++;
    const leave = (): void => {
      if (--open.waiting === 0) this.drop(ticket, open);
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      const answer = signal ? await Promise.race([open.answer, aborted(signal)]) : await open.answer;
      return answer as PlanningAnswers[Kind];
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  stopReading(tree: string): void {
    this.thread?.postMessage({ kind: 'stop', tree } satisfies ToPlanning);
  }

  forget(tree: string): void {
    this.thread?.postMessage({ kind: 'forget', tree } satisfies ToPlanning);
  }

  async close(): Promise<void> {
    const { thread } = this;
    this.thread = null;
    await thread?.terminate();
  }

  private begin(key: string, work: PlanningWork): [number, Open] {
    const ticket = ++this.tickets;
    const stopFlag = new SharedArrayBuffer(4);
    let settle: Open['settle'] = () => undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      settle = (message) => {
        this.open.delete(ticket);
        if (message instanceof Error) reject(message);
        else if (message.kind === 'done') resolve(message.answer);
        else if (message.kind === 'failed') reject(uncarried(message.error));
      };
    });
    // nobody may be left to hear of it
    answer.catch(() => undefined);
    const open: Open = { key, stopFlag, waiting: 0, answer, settle };
    this.open.set(ticket, open);
    this.started().postMessage({ kind: 'do', ticket, work, stopFlag } satisfies ToPlanning);
    return [ticket, open];
  }

  private drop(ticket: number, open: Open): void {
    if (!this.open.delete(ticket)) return;
    Atomics.store(new Int32Array(open.stopFlag), 0, 1);
    this.thread?.postMessage({ kind: 'drop', ticket } satisfies ToPlanning);
  }

  private started(): Worker {
    if (this.thread) return this.thread;
    const thread = new Worker(this.program, {
      workerData: { home: this.home },
      name: 'planning',
      env: childEnvironment(),
    });
    this.thread = thread;
    thread.on('message', (message: FromPlanning) => {
      if (message.kind === 'tree') {
        if (message.work) this.work.set(message.tree, message.work);
        else this.work.delete(message.tree);
      } else this.open.get(message.ticket)?.settle(message);
    });
    const ended = (error: Error): void => {
      if (this.thread === thread) this.thread = null;
      this.work.clear();
      for (const open of [...this.open.values()]) open.settle(error);
    };
    thread.on('error', (cause) => ended(planningEnded(cause)));
    thread.on('exit', () => ended(planningEnded(null)));
    // it must not keep a server alive that ends
    thread.unref();
    return thread;
  }
}

/** It ran out of memory, or met a fault of ours; the next question starts another one. */
function planningEnded(cause: Error | null): RunnerError {
  if (cause) console.error(cause);
  return new RunnerError(
    'PLANNER_ENDED',
    `The planner ended before it had an answer${cause ? `: ${cause.message}` : ''}.`,
    {
      hint: 'Try again; it has been restarted. A design or tree that ends it every time is too large for this machine.',
      cause,
    },
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function uncarried({ code, message, hint, details, stack }: CarriedError): Error {
  if (code !== null) return new StudioError(code, message, { details, ...(hint === null ? {} : { hint }) });
  return Object.assign(new Error(message), { stack });
}
