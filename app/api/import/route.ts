import { route } from '../respond';

/** A design made of parts of a Portage configuration; nothing is stored. */
export const POST = route('POST /api/import', ({ planner }, { body }, { signal }) =>
  planner.run({ kind: 'import', body }, signal),
);
