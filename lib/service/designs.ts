import { resolveRoots } from '../layout/roots';
import { checkDesign, checkPlanned } from '../runner/design-check';
import { editDesignText } from '../runner/design-edits';
import { listStarters, readStarter } from '../runner/starters';
import type { HandlersOf } from './handler';

/** Texts that become designs, before they are stored or planned. */
export const designs: HandlersOf<'check' | 'edits' | 'import' | 'roots' | 'starters'> = {
  'GET /api/starters': () => listStarters(),
  'GET /api/starters/{id}': (_home, { params }) => readStarter(params.id),
  'POST /api/check': (here, { body, query }, { signal }) =>
    query.planned === '1' ? checkPlanned(here, body, signal) : checkDesign(body, here.home),
  'POST /api/edits': (_home, { body: { text, edits } }) => editDesignText(text, edits),
  // nothing is stored
  'POST /api/import': ({ planner }, { body }, { signal }) => planner.run({ kind: 'import', body }, signal),
  'POST /api/roots': (_home, { body }) => resolveRoots(body),
};
