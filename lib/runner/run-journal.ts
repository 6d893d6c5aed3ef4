import { join } from 'node:path';
import type { LoggedEvent, RunEvent } from '../api/events';
import { reduceRun } from '../api/reduce-run';
import type { RunView } from '../api/run-view';
import { addBuildTime, appendEvents, type StudioDatabase } from '../db/index';
import type { RunRow } from '../db/schema';
import { homeLayout } from '../home';
import { LogWriter } from './log-files';
import { readRunView, storedSummary } from './summary';

/** How long events are collected before they are written together. */
const collectMs = 100;

export interface JournalOptions {
  readonly home: string;
  readonly now: () => Date;
  /** every event at once, before it is written; log events have no `seq` of their own and carry the last one */
  readonly onEvent?: (event: LoggedEvent) => void;
  /** the events cannot be written: the run belongs to another process now, or the disk is full */
  readonly onLost: (cause: unknown) => void;
}

/**
 * The durable event log of one run, with one writer. States go to the database in batches, log text goes to files below
 * `runs/<run>/`; text is written before the states that speak of it. Continues a run that was interrupted.
 */
export class RunJournal {
  private pending: { event: RunEvent; seq: number; at: string }[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private lost = false;
  private readonly logs = new Map<string | null, LogWriter>();
  /** lines that a log had before this attempt; the engine counts from 1 again */
  private readonly earlier = new Map<string | null, number>();

  private constructor(
    private readonly studio: StudioDatabase,
    private readonly row: RunRow,
    private current: RunView,
    private readonly options: JournalOptions,
  ) {}

  static async open(studio: StudioDatabase, row: RunRow, options: JournalOptions): Promise<RunJournal> {
    return new RunJournal(studio, row, await readRunView(studio, row), options);
  }

  get view(): RunView {
    return this.current;
  }

  readonly emit = (event: RunEvent): void => {
    const at = this.options.now().toISOString();
    if (event.kind === 'log') {
      this.writeLog(event.id, event.text);
      this.options.onEvent?.({ ...event, line: event.line + this.linesBefore(event.id), seq: this.current.seq, at });
      return;
    }
    const known = this.withAbsoluteLine(event);
    const logged = { ...known, seq: this.current.seq + 1, at };
    this.current = reduceRun(this.current, logged);
    this.pending.push({ event: known, seq: logged.seq, at });
    this.options.onEvent?.(logged);
    this.closeSettled(known);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.startWriting();
    }, collectMs);
  };

  /** Writes what is pending. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.startWriting();
    await this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    for (const writer of this.logs.values()) writer.close();
    this.logs.clear();
  }

  private startWriting(): void {
    this.writing = this.writing.then(() => this.write()).catch((cause: unknown) => this.lose(cause));
  }

  private lose(cause: unknown): void {
    if (this.lost) return;
    this.lost = true;
    this.options.onLost(cause);
  }

  private async write(): Promise<void> {
    if (this.pending.length === 0 || this.lost) return;
    const batch = this.pending;
    const { current: view } = this;
    this.pending = [];
    await appendEvents(
      this.studio,
      this.row.id,
      batch.map(({ event, seq, at }) => ({ seq, at, kind: event.kind, body: JSON.stringify(event) })),
      {
        state: view.state,
        started_at: view.startedAt,
        finished_at: view.finishedAt,
        seq: view.seq,
        summary: storedSummary(view),
      },
    );
    for (const { event, at } of batch) {
      if (event.kind !== 'package_finished') continue;
      const entry = view.packages.find((candidate) => candidate.id === event.id);
      if (!entry || entry.action === 'remove') continue;
      await addBuildTime(this.studio, { cpv: entry.cpv, action: entry.action, durationMs: event.durationMs, at });
    }
  }

  private writeLog(id: string | null, text: string): void {
    try {
      this.writer(id).append(text);
    } catch (cause) {
      this.lose(cause);
    }
  }

  private writer(id: string | null): LogWriter {
    const known = this.logs.get(id);
    if (known) return known;
    const writer = new LogWriter(join(homeLayout(this.options.home).runs, this.row.id), id);
    if (!this.earlier.has(id)) this.earlier.set(id, writer.lines);
    this.logs.set(id, writer);
    return writer;
  }

  private linesBefore(id: string | null): number {
    return this.earlier.get(id) ?? 0;
  }

  private withAbsoluteLine(event: Exclude<RunEvent, { kind: 'log' }>): Exclude<RunEvent, { kind: 'log' }> {
    if (event.kind !== 'package_failed' || event.logLine === null) return event;
    return { ...event, logLine: event.logLine + this.linesBefore(event.id) };
  }

  private closeSettled(event: RunEvent): void {
    if (event.kind !== 'package_finished' && event.kind !== 'package_failed' && event.kind !== 'package_cancelled')
      return;
    this.logs.get(event.id)?.close();
    this.logs.delete(event.id);
  }
}
