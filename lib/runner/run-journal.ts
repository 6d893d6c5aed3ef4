import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { LoggedEvent, RunEvent } from '../api/events';
import { reduceRun } from '../api/reduce-run';
import type { RunView } from '../api/run-view';
import { addBuildTime, appendEvents, readEvents, type StudioDatabase } from '../db/index';
import type { RunRow } from '../db/schema';
import { homeLayout } from '../home';
import { diskErrorOf } from '../host/disk-error';
import { readRunView } from './kept-views';
import { LogWriter } from './log-files';
import { storedSummary } from './summary';

/** How long events are collected before they are written together. */
const collectMs = 100;

/** How long to wait before events that could not be written are tried again. */
const retryMs = 500;

export interface JournalOptions {
  readonly home: string;
  readonly now: () => Date;
  /** every event at once, before it is written; log events have no `seq` of their own and carry the last one */
  readonly onEvent?: (event: LoggedEvent) => void;
  /** the run belongs to another process now; nothing more is written */
  readonly onLost: (cause: unknown) => void;
  /** events cannot be written for now; they are kept and tried again. Called once until writing works again. */
  readonly onTrouble?: (cause: unknown) => void;
}

interface PendingEvent {
  readonly event: RunEvent;
  readonly seq: number;
  readonly at: string;
}

const rowOf = ({ event, seq, at }: PendingEvent) => ({ seq, at, kind: event.kind, body: JSON.stringify(event) });

/** An event with this number is there already. Codes of SQLite and of PostgreSQL (unique_violation). */
function isTaken(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code);
  return code.startsWith('SQLITE_CONSTRAINT') || code === '23505';
}

/**
 * The durable event log of one run, with one writer. States go to the database in batches, log text goes to files below
 * `runs/<run>/`; text is written before the states that speak of it. Continues a run that was interrupted. While the
 * database or the disk does not take them, events wait in memory; log lines leave a note in their place.
 */
export class RunJournal {
  private pending: PendingEvent[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private lost = false;
  private trouble: unknown = null;
  private hasToldLogs = false;
  private lastAt: string;
  private readonly logs = new Map<string | null, LogWriter>();
  /** lines that a log had before this attempt; the engine counts from 1 again */
  private readonly earlier = new Map<string | null, number>();

  private constructor(
    private readonly studio: StudioDatabase,
    private readonly row: RunRow,
    private current: RunView,
    private readonly options: JournalOptions,
  ) {
    this.lastAt = row.started_at ?? row.queued_at;
  }

  static async open(studio: StudioDatabase, row: RunRow, options: JournalOptions): Promise<RunJournal> {
    return new RunJournal(studio, row, await readRunView(studio, row), options);
  }

  get view(): RunView {
    return this.current;
  }

  readonly emit = (event: RunEvent): void => {
    const at = this.nextTime();
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

  /**
   * Writes what is left, and tries again for as long as `patience` is not aborted (default: once). Answers what still
   * stands in the way; null: all is written.
   */
  async close(patience: AbortSignal = AbortSignal.abort()): Promise<unknown> {
    await this.flush();
    while (this.trouble !== null && !patience.aborted) {
      await wait(retryMs, undefined, { signal: patience }).catch(() => {});
      await this.flush();
    }
    if (this.timer) clearTimeout(this.timer);
    for (const writer of this.logs.values()) writer.close();
    this.logs.clear();
    return this.trouble;
  }

  /** The clock of a machine may be set back; times of a run never go back. */
  private nextTime(): string {
    const now = this.options.now().toISOString();
    if (now > this.lastAt) this.lastAt = now;
    return this.lastAt;
  }

  private startWriting(): void {
    this.writing = this.writing.then(() => this.write()).catch((cause: unknown) => this.holdBack(cause));
  }

  private holdBack(cause: unknown): void {
    const isNew = this.trouble === null;
    this.trouble = cause;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.startWriting();
    }, retryMs);
    if (isNew) this.options.onTrouble?.(cause);
  }

  private lose(cause: unknown): void {
    this.trouble = null;
    if (this.lost) return;
    this.lost = true;
    this.options.onLost(cause);
  }

  private async write(): Promise<void> {
    if (this.pending.length === 0 || this.lost) return;
    const batch = this.pending;
    const { current: view } = this;
    this.pending = [];
    const change = {
      state: view.state,
      started_at: view.startedAt,
      finished_at: view.finishedAt,
      seq: view.seq,
      summary: storedSummary(view),
    };
    try {
      await appendEvents(this.studio, this.row.id, batch.map(rowOf), change);
    } catch (cause) {
      if (!isTaken(cause)) {
        this.pending = [...batch, ...this.pending];
        throw cause;
      }
      if (this.trouble === null || !(await this.isStored(batch))) return this.lose(cause);
    }
    this.trouble = null;
    await this.noteTimes(batch, view);
  }

  /** Did an earlier attempt succeed whose answer was lost on the way? */
  private async isStored(batch: readonly PendingEvent[]): Promise<boolean> {
    const [first] = batch;
    if (!first) return true;
    const stored = await readEvents(this.studio, this.row.id, first.seq - 1, batch.length);
    return batch.map(rowOf).every((row, i) => stored[i]?.at === row.at && stored[i]?.body === row.body);
  }

  private async noteTimes(batch: readonly PendingEvent[], view: RunView): Promise<void> {
    for (const { event, at } of batch) {
      if (event.kind !== 'package_finished') continue;
      const entry = view.packages.find((candidate) => candidate.id === event.id);
      if (!entry || entry.action === 'remove') continue;
      const { cpv, action, peakRssBytes } = entry;
      const time = { cpv, action, durationMs: event.durationMs, peakRssBytes, at };
      // only an estimate is lost
      await addBuildTime(this.studio, time).catch(() => {});
    }
  }

  private writeLog(id: string | null, text: string): void {
    try {
      this.writer(id).append(text);
    } catch (cause) {
      this.tellLogs(id, cause);
    }
  }

  /** A build does not fail for its log; whoever watches is told once, and the log has a note where lines are missing. */
  private tellLogs(id: string | null, cause: unknown): void {
    if (this.hasToldLogs) return;
    this.hasToldLogs = true;
    const { runs } = homeLayout(this.options.home);
    const told = diskErrorOf(cause, { path: runs, doing: 'writing a log' }) ?? cause;
    const text = ` * Lines of logs are missing: ${told instanceof Error ? told.message : String(told)}\n`;
    this.options.onEvent?.({ kind: 'log', id, line: 1, text, seq: this.current.seq, at: this.lastAt });
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
