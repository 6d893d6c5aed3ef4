import { route } from '../respond';

export const dynamic = 'force-dynamic';

export const GET = route('GET /api/trees', ({ trees }) => trees.list());

export const POST = route('POST /api/trees', ({ trees }, { body: { name, location } }) => trees.add(name, location));
