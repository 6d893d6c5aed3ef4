import { importPortage } from '../../../lib/runner';
import { route } from '../respond';

/** A design made of parts of a Portage configuration; nothing is stored. */
export const POST = route('POST /api/import', (server, { body }, { signal }) => importPortage(server, body, signal));
