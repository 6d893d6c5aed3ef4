import { reduceRuns } from '../api/reduce-run';
import type { RunView } from '../api/run-view';
import { readEvents, type StudioDatabase } from '../db/index';
import type { RunRow } from '../db/schema';
import { freshView, loggedEvent } from './summary';

/** Runs whose fold is kept; whoever looks at more of them at a time folds from the beginning again. */
const mostViews = 16;

/** By database, then by run, the one that was asked for longest ago first. A view is never changed, so it may be shared. */
const kept = new WeakMap<StudioDatabase['db'], Map<string, RunView>>();

/** A run folded from its events: those since the last call alone are read, so what it costs does not grow with the run. */
export async function readRunView(studio: StudioDatabase, row: RunRow): Promise<RunView> {
  const views = kept.get(studio.db) ?? new Map<string, RunView>();
  kept.set(studio.db, views);
  const known = views.get(row.id);
  // a database that was set back knows less than we do
  let view = known === undefined || known.seq > row.seq ? freshView(row) : known;
  for (;;) {
    const rows = await readEvents(studio, row.id, view.seq);
    if (rows.length === 0) break;
    view = reduceRuns(view, rows.map(loggedEvent));
  }
  keep(views, view);
  // taken by a worker, but nothing said yet
  return view.state === 'queued' && row.state === 'running' ? { ...view, state: 'running', stage: 'planning' } : view;
}

function keep(views: Map<string, RunView>, view: RunView): void {
  views.delete(view.id);
  views.set(view.id, view);
  for (const id of views.keys()) {
    if (views.size <= mostViews) return;
    views.delete(id);
  }
}
