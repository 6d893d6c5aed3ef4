import { z } from 'zod';
import { plainText, readWholeLog, runFolder } from '../../../../../../lib/runner';
import { logPackage, queryOf, route } from '../../../../respond';

const query = z.object({ package: logPackage });

export const GET = route<{ id: string }>(async (server, request, { id }) => {
  const { package: packageId } = queryOf(request, query);
  const text = (await readWholeLog(await runFolder(server, id), packageId || null)).toString('utf8');
  return new Response(plainText(text), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
});
