import type { LoggedEvent } from '../api/events';
import { isUnproven } from '../api/proof-story';
import { emptyRun, runTotals } from '../api/reduce-run';
import type { RunView } from '../api/run-view';
import type { RunSummary } from '../api/wire';
import type { RunEventRow, RunRow } from '../db/schema';

/** What a row keeps of the view, so that lists need not read events. */
type StoredSummary = Pick<RunSummary, 'stage' | 'message' | 'totals' | 'failure' | 'image' | 'proven'>;

export function storedSummary(view: RunView): string {
  const summary: StoredSummary = {
    stage: view.stage,
    message: view.message,
    totals: runTotals(view),
    failure: view.failure,
    image: view.image,
    proven: view.proof === null ? null : !isUnproven(view.proof),
  };
  return JSON.stringify(summary);
}

export function summaryOf(row: RunRow): RunSummary {
  return {
    id: row.id,
    name: row.prefix,
    board: row.board,
    state: row.state,
    ...(JSON.parse(row.summary) as StoredSummary),
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    origin: row.origin,
    driver: row.driver,
    retryOf: row.retry_of,
    revision: row.revision,
    seq: row.seq,
  };
}

export function loggedEvent(row: RunEventRow): LoggedEvent {
  return { ...(JSON.parse(row.body) as LoggedEvent), seq: row.seq, at: row.at };
}

export function freshView(row: Pick<RunRow, 'id' | 'prefix' | 'board' | 'driver' | 'queued_at'>): RunView {
  return emptyRun({ id: row.id, name: row.prefix, board: row.board, driver: row.driver, queuedAt: row.queued_at });
}
