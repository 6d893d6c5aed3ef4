import { respond } from '../respond';

export const dynamic = 'force-dynamic';

export { respond as DELETE, respond as GET, respond as POST, respond as PUT };
