import { addressOf } from './address';
import type { LoggedEvent } from './events';
import type { RunnerStatus, RunSummary, TreeWork } from './wire';

/**
 * What one tab wants to hear; one stream per tab, reopened when the wish changes.
 * `runs`: events of these runs; `log`: new lines of one package's log; `lists`: changes of any run, prefix or worker.
 */
export interface StreamFilter {
  readonly runs?: readonly { readonly id: string /** seq already known */; readonly after: number }[];
  readonly log?: {
    readonly run: string;
    readonly package: string | null /** lines already known */;
    readonly after: number;
  };
  readonly lists?: boolean;
}

/** A message of the stream; `kind` is also the SSE event name. */
export type StreamMessage =
  /** an event of a run asked for, in order, each once */
  | { readonly kind: 'run'; readonly run: string; readonly event: LoggedEvent }
  /** `lines` are complete lines; the first one has number `from` (1-based) */
  | {
      readonly kind: 'log';
      readonly run: string;
      readonly package: string | null;
      readonly from: number;
      readonly lines: readonly string[];
    }
  /** the newest state of a run; at most a few per second and run */
  | { readonly kind: 'summary'; readonly summary: RunSummary }
  /** a prefix was created, edited or removed: ask again */
  | { readonly kind: 'prefixes' }
  | { readonly kind: 'runner'; readonly runner: RunnerStatus }
  /** all trees for which something is being done; told when that changes. `isListOld`: a tree was added or removed too */
  | { readonly kind: 'trees'; readonly work: Readonly<Record<string, TreeWork>>; readonly isListOld: boolean };

export const streamKinds: readonly StreamMessage['kind'][] = ['run', 'log', 'summary', 'prefixes', 'runner', 'trees'];

/** The address of a stream: `run=<id>:<after>` repeated, `log=<run>:<after>:<package>`, `lists=1`. */
export function eventsAddress({ runs = [], log, lists = false }: StreamFilter): string {
  return addressOf('GET /api/events', {
    query: {
      ...(runs.length > 0 && { run: runs.map(({ id, after }) => `${id}:${after}`) }),
      ...(log && { log: `${log.run}:${log.after}:${log.package ?? ''}` }),
      ...(lists && { lists: '1' as const }),
    },
  });
}

/** The filter in a query that the contract has checked. */
export function readStreamQuery(query: {
  readonly run?: readonly string[] | undefined;
  readonly log?: string | undefined;
  readonly lists?: '1' | undefined;
}): StreamFilter {
  const runs = (query.run ?? []).map((text) => {
    const [id = '', after] = text.split(':');
    return { id, after: Number(after) };
  });
  const [, run = '', after, id] = /^([^:]*):(\d+):(.*)$/s.exec(query.log ?? '') ?? [];
  return {
    runs,
    lists: query.lists === '1',
    ...(query.log !== undefined && { log: { run, after: Number(after), package: id || null } }),
  };
}

/**
 * The SSE id of a message: how far every part of the stream has come (`<run>:<seq>` joined by `;`, the log as `log:<line>`).
 * The browser sends it back as Last-Event-ID after a break.
 */
export function formatCursor(filter: StreamFilter): string {
  const parts = (filter.runs ?? []).map((run) => `${run.id}:${run.after}`);
  if (filter.log) parts.push(`log:${filter.log.after}`);
  return parts.join(';');
}

/** The filter moved on to a cursor; a malformed cursor changes nothing. */
export function resumeAt(filter: StreamFilter, cursor: string | null): StreamFilter {
  if (!cursor || !/^[A-Za-z0-9-]+:\d{1,9}(;[A-Za-z0-9-]+:\d{1,9})*$/.test(cursor)) return filter;
  const reached = new Map(cursor.split(';').map((part) => part.split(':') as [string, string]));
  const later = (after: number, name: string): number => Math.max(after, Number(reached.get(name) ?? 0));
  return {
    ...filter,
    runs: filter.runs?.map((run) => ({ ...run, after: later(run.after, run.id) })),
    ...(filter.log && { log: { ...filter.log, after: later(filter.log.after, 'log') } }),
  };
}

/** One SSE frame. */
export function encodeMessage(message: StreamMessage, cursor: string): string {
  const id = cursor === '' ? '' : `id: ${cursor}\n`;
  return `${id}event: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`;
}
