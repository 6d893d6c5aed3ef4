import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatCursor, type StreamFilter, type StreamMessage } from '../api/stream';
import type { RunnerStatus } from '../api/wire';
import { listPrefixes, listRuns, listWorkers, readEvents, type StudioDatabase } from '../db/index';
import { homeLayout } from '../home';
import { readLogRange } from './read-log';
import { SharedLooks } from './shared-looks';
import { loggedEvent, summaryOf } from './summary';
import type { Trees } from './tree-answers';

/** How often the database is asked for news; another process writes them. */
const lookEveryMs = 150;
/** How often lists are compared. */
const listsEveryMs = 500;
const mostLinesAtOnce = 2000;

export interface StampedMessage {
  readonly message: StreamMessage;
  /** SSE id after this message */
  readonly cursor: string;
}

/** What a stream tells of package trees: the work for them, and a text that changes when their list does. */
export type TreeNews = Pick<Trees, 'work' | 'listState'>;

/** What the streams of one server have asked of its database just now. */
const looksOf = new WeakMap<StudioDatabase, SharedLooks>();

function looksAt(studio: StudioDatabase): SharedLooks {
  const looks = looksOf.get(studio) ?? new SharedLooks();
  looksOf.set(studio, looks);
  return looks;
}

/** Everything a filter asks for, from where it stands, until `signal`. Each event and line comes once and in order. */
export async function* liveMessages(
  studio: StudioDatabase,
  home: string,
  start: StreamFilter,
  signal: AbortSignal,
  trees: TreeNews,
): AsyncGenerator<StampedMessage> {
  const cursor = new MovingCursor(start);
  const looks = looksAt(studio);
  const lists = start.lists ? new ListWatch(studio, trees) : null;
  let listsAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    for (const run of start.runs ?? []) {
      const after = cursor.runs.get(run.id) ?? 0;
      const rows = await looks.ask(`${run.id}:${after}`, lookEveryMs, () => readEvents(studio, run.id, after, 500));
      for (const row of rows) {
        cursor.runs.set(run.id, row.seq);
        yield { message: { kind: 'run', run: run.id, event: loggedEvent(row) }, cursor: cursor.text() };
      }
    }
    if (start.log) {
      const folder = join(homeLayout(home).runs, start.log.run);
      const range = await readLogRange(folder, start.log.package, cursor.log + 1, mostLinesAtOnce).catch(() => null);
      if (range && range.lines.length > 0) {
        cursor.log += range.lines.length;
        const { run, package: id } = start.log;
        yield {
          message: { kind: 'log', run, package: id, from: range.from, lines: range.lines },
          cursor: cursor.text(),
        };
      }
    }
    if (lists && performance.now() - listsAt >= listsEveryMs) {
      listsAt = performance.now();
      for (const message of await lists.changes()) yield { message, cursor: cursor.text() };
    }
    await wait(lookEveryMs, undefined, { signal }).catch(() => {});
  }
}

class MovingCursor {
  readonly runs: Map<string, number>;
  log: number;

  constructor(private readonly filter: StreamFilter) {
    this.runs = new Map((filter.runs ?? []).map((run) => [run.id, run.after]));
    this.log = filter.log?.after ?? 0;
  }

  text(): string {
    return formatCursor({
      runs: [...this.runs].map(([id, after]) => ({ id, after })),
      ...(this.filter.log && { log: { ...this.filter.log, after: this.log } }),
    });
  }
}

/** Notices what changed in the lists between two looks. The first look tells the state of runs in progress and the runner. */
class ListWatch {
  private readonly runs = new Map<string, string>();
  private prefixes: string | null = null;
  private runner: string | null = null;
  private trees = '{}';
  private treeList: string | null = null;

  constructor(
    private readonly studio: StudioDatabase,
    private readonly news: TreeNews,
  ) {}

  async changes(): Promise<readonly StreamMessage[]> {
    const messages: StreamMessage[] = [];
    const { runs, names, treeList, runner } = await looksAt(this.studio).ask('lists', lookEveryMs, () =>
      lookAtLists(this.studio, this.news),
    );
    for (const row of runs) {
      const state = `${row.state} ${row.seq}`;
      const before = this.runs.get(row.id);
      this.runs.set(row.id, state);
      const isOpen = row.state === 'queued' || row.state === 'running';
      if (before !== state && (before !== undefined || isOpen)) {
        messages.push({ kind: 'summary', summary: summaryOf(row) });
      }
    }
    if (this.prefixes !== null && this.prefixes !== names) messages.push({ kind: 'prefixes' });
    this.prefixes = names;
    const state = JSON.stringify(runner.workers.map(({ id, run }) => [id, run]).concat([[`${runner.queued}`, null]]));
    if (state !== this.runner) messages.push({ kind: 'runner', runner });
    this.runner = state;
    const work = this.news.work();
    const trees = JSON.stringify(work);
    const isListOld = this.treeList !== null && this.treeList !== treeList;
    if (trees !== this.trees || isListOld) messages.push({ kind: 'trees', work, isListOld });
    this.trees = trees;
    this.treeList = treeList;
    return messages;
  }
}

async function lookAtLists(studio: StudioDatabase, news: TreeNews) {
  const [runs, prefixes, runner] = [
    await listRuns(studio, { limit: 20 }),
    await listPrefixes(studio),
    await readRunner(studio),
  ];
  const names = prefixes.map((row) => `${row.name} ${row.revision}`).join('\n');
  return { runs, names, treeList: news.listState(), runner };
}

/** Who builds what, and what waits. */
export async function readRunner(studio: StudioDatabase): Promise<RunnerStatus> {
  const workers = await listWorkers(studio);
  const open = await listRuns(studio, { states: ['queued', 'running'], limit: 1000 });
  return {
    workers: workers.map((row) => ({ id: row.id, pid: row.pid, kind: row.kind, run: row.run, seenAt: row.seen_at })),
    queued: open.filter((run) => run.state === 'queued').length,
    running: open.filter((run) => run.state === 'running').length,
  };
}
