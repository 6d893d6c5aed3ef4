import { resolveRoots } from '../layout/roots';
import { checkDesign } from '../runner/design-check';
import { editDesignText } from '../runner/design-edits';
import { listStarters, readStarter } from '../runner/starters';
import type { HandlersOf } from './handler';

/** Texts that become designs, before they are stored or planned. */
export const designs: HandlersOf<'check' | 'edits' | 'import' | 'roots' | 'starters'> = {
  'GET /api/starters': () => listStarters(),
  'GET /api/starters/{id}': (_home, { params }) => readStarter(params.id),
  'POST /api/check': ({ home }, { body }) => checkDesign(body, home),
  'POST /api/edits': (_home, { body: { text, edits } }) => editDesignText(text, edits),
  // nothing is stored
  'POST /api/import': ({ planner }, { body }, { signal }) => planner.run({ kind: 'import', body }, signal),
  'POST /api/roots': (_home, { body }) => resolveRoots(body),
};
