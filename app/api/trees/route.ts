import { bodyOf, route } from '../respond';
import { addTreeBody } from '../schemas';

export const dynamic = 'force-dynamic';

export const GET = route(({ trees }) => trees.list());

export const POST = route(async ({ trees }, request) => {
  const { name, location } = await bodyOf(request, addTreeBody);
  return trees.add(name, location);
}, 202);
