import { listLogs, runFolder } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route<{ id: string }>(async (server, _request, { id }) => listLogs(await runFolder(server, id)));
