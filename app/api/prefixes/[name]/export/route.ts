import { measureExport, readStoredDesign } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route<{ name: string }>(async (server, request, { name }) =>
  measureExport(server, await readStoredDesign(server.studio, name), request.signal),
);
