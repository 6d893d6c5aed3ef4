import { setTimeout as wait } from 'node:timers/promises';
import type { LoggedEvent } from '../../api/events';
import {
  getPrefix,
  listRuns,
  listWorkers,
  openDatabase,
  openQueue,
  requestCancel,
  type StudioDatabase,
} from '../../db/index';
import type { RunRow, WorkerRow } from '../../db/schema';
import { defaultDriver, drivers } from '../../drivers/drivers';
import { type BuildLimits, parseLoad, parseMemory } from '../../engine/index';
import { dataHome } from '../../home';
import { type PerformOutcome, performRun } from '../../runner/perform-run';
import { storeDesign } from '../../runner/prefix-documents';
import { isNeighbour, SilenceWatch } from '../../runner/process-identity';
import { recoverRuns } from '../../runner/recover';
import { busy, recordRun } from '../../runner/run-requests';
import { WorkerPresence } from '../../runner/worker-presence';
import { BuildProgress } from '../build-progress';
import { type Command, numberOf, type Terminal, textOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { isReaderLost } from '../lost-reader';

/** A living worker says so three times in this time. */
const signOfLifeMs = 7_000;

/** How long the end of a build is tried to be written down. */
const endPatienceMs = 3_000;

export const command: Command = {
  usage:
    'build FILE|NAME [--from-source] [--rebuild PACKAGE] [--keep-going] [--driver ID] [--jobs N] [--load-average N] [--memory SIZE]',
  description: `Builds a design: plan, staging, final, proof and image. FILE is a prefix.yaml ("-" reads it from standard input) and is stored
under its own name; NAME is a stored prefix. Finished packages are reused, and stay when only commands, flags or
texts of their configuration changed; --rebuild builds one again. The web app shows the same build. Ctrl-C cancels
it, and so does whoever closes the pipe that it writes to; packages that are finished stay.

With --json each line is one event; the last one is {"kind":"done","ok":…,"finalRoot":…,"image":…}. The answer is no when the
build fails, or when the prefix is already being built.`,
  help: {
    '--from-source': 'compile everything here, even what this machine has prebuilt',
    '--rebuild PACKAGE': 'compile this package again, whatever was built before; several with commas between them',
    '--keep-going': 'after a failure, build what does not need that package',
    '--driver ID': `who builds: ${drivers.map(({ id }) => id).join(', ')} (${defaultDriver})`,
    '--jobs N': 'packages that compile at once (by cores)',
    '--load-average N': 'start no further package while the load is N',
    '--memory SIZE': 'what packages may need together, such as 8G (nine tenths)',
  },
  options: {
    'from-source': { type: 'boolean' },
    rebuild: { type: 'string' },
    'keep-going': { type: 'boolean' },
    driver: { type: 'string' },
    jobs: { type: 'string' },
    'load-average': { type: 'string' },
    memory: { type: 'string' },
  },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [argument = ''], isJson, terminal }) {
    const jobs = numberOf(values, 'jobs', { least: 1, most: 256 }) ?? null;
    const limits = limitsOf(values);
    const driver = textOf(values, 'driver');
    const manner = {
      limits,
      keepGoing: values['keep-going'] === true,
      isFromSource: values['from-source'] === true,
      rebuild: (textOf(values, 'rebuild') ?? '').split(/[\s,]+/).filter((name) => name !== ''),
    };
    const source = await readDesignSource(argument);
    const studio = await openDatabase();
    try {
      const { name } = await storeDesign(studio, source.text, new Date());
      return (await buildHere(studio, name, { jobs, driver, ...manner }, isJson, terminal)) ? 0 : 1;
    } finally {
      await studio.close();
    }
  },
};

interface Manner {
  readonly limits: BuildLimits;
  readonly keepGoing: boolean;
  readonly isFromSource: boolean;
  readonly rebuild: readonly string[];
}

function limitsOf(values: Readonly<Record<string, unknown>>): BuildLimits {
  const { 'load-average': load, memory } = values;
  const loadAverage = typeof load === 'string' ? parseLoad(load) : undefined;
  const memoryBytes = typeof memory === 'string' ? parseMemory(memory) : undefined;
  if (loadAverage === null) throw new UsageError('`--load-average` needs a number such as 3.5.');
  if (memoryBytes === null) throw new UsageError('`--memory` needs a size such as 8G.');
  return { ...(loadAverage ? { loadAverage } : {}), ...(memoryBytes ? { memoryBytes } : {}) };
}

async function buildHere(
  studio: StudioDatabase,
  name: string,
  { jobs, driver, ...manner }: Manner & { readonly jobs: number | null; readonly driver?: string },
  isJson: boolean,
  terminal: Terminal,
): Promise<boolean> {
  await freeDeadRuns(studio, name, terminal);
  const prefix = await getPrefix(studio, name);
  const presence = await WorkerPresence.join(studio, 'command');
  try {
    const request = { prefix, origin: 'command', jobs, driver, now: new Date(), owner: presence.id } as const;
    const run = await recordRun(studio, request);
    await presence.busyWith(run.id);
    return await perform(studio, run, presence.id, manner, isJson, terminal);
  } finally {
    await presence.leave();
  }
}

async function perform(
  studio: StudioDatabase,
  run: RunRow,
  worker: string,
  manner: Manner,
  isJson: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const { prefix: name } = run;
  const ignore = cancelOnSignals(studio, run.id, terminal);
  const progress = isJson ? null : new BuildProgress(run.id, name, run.board, run.queued_at, terminal);
  let done: LoggedEvent | null = null;
  const onEvent = (event: LoggedEvent): void => {
    if (event.kind === 'done') done = event;
    else if (isJson) terminal.out(JSON.stringify(event));
    progress?.show(event);
  };
  try {
    const shutdown = new AbortController().signal;
    const patience = (): AbortSignal => AbortSignal.timeout(endPatienceMs);
    const options = { home: dataHome(), worker, ...manner, shutdown, onEvent, cancelReason, patience };
    const outcome = await performRun(studio, run.id, options);
    // the last line comes when everything is on the disk, or cannot get there
    if (done && isJson) terminal.out(JSON.stringify(done));
    return isGood(outcome, name, run.id);
  } finally {
    progress?.close();
    ignore();
  }
}

function isGood(outcome: PerformOutcome, name: string, run: string): boolean {
  if (outcome.kind === 'unwritten') throw outcome.cause;
  if (outcome.kind === 'locked') throw busy(name, outcome.by);
  if (outcome.kind !== 'ended') throw busy(name, run);
  return outcome.view.state === 'succeeded';
}

const cancelReason = (): string | null =>
  isReaderLost() ? 'Cancelled, because nobody reads the output of the command any more' : null;

/** A build that was killed earlier must not keep its prefix busy. */
async function freeDeadRuns(studio: StudioDatabase, prefix: string, terminal: Terminal): Promise<void> {
  const queue = await openQueue(studio, { leaseMs: 20_000, now: Date.now });
  const watch = new SilenceWatch(undefined, signOfLifeMs);
  await recoverRuns(studio, queue, new Date(), watch);
  const holder = await strangerBuilding(studio, prefix);
  if (holder) {
    terminal.err(`Waiting ${signOfLifeMs / 1000} s for a sign of life of the build on ${holder.host}`);
    await wait(signOfLifeMs + 500);
    await recoverRuns(studio, queue, new Date(), watch);
  }
  await queue.close();
}

/** The worker in another container or on another machine that builds a prefix and by the clock has been silent for long. */
async function strangerBuilding(studio: StudioDatabase, prefix: string): Promise<WorkerRow | undefined> {
  const [run] = await listRuns(studio, { prefix, states: ['queued', 'running'], limit: 1 });
  const owner = (await listWorkers(studio)).find(({ id }) => id === run?.owner);
  if (!owner || isNeighbour(owner)) return undefined;
  return Math.abs(Date.now() - Date.parse(owner.seen_at)) > signOfLifeMs ? owner : undefined;
}

/** The first signal cancels, the second ends at once. Returns how to stop listening. */
function cancelOnSignals(studio: StudioDatabase, run: string, terminal: Terminal): () => void {
  let asked = false;
  const cancel = (): void => {
    if (asked) process.exit(130);
    asked = true;
    if (!isReaderLost()) terminal.err('Cancelling; interrupt again to end at once.');
    requestCancel(studio, run).catch((error: unknown) => terminal.err(String(error)));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, cancel);
  return () => {
    for (const signal of signals) process.off(signal, cancel);
  };
}
