import { methodOf } from './address';
import type { Route } from './contract';

/** Questions with a body that is too long for an address. */
const asked: readonly Route[] = [
  'POST /api/bootstrap',
  'POST /api/check',
  'POST /api/edits',
  'POST /api/import',
  'POST /api/plan',
  'POST /api/roots',
  'POST /api/sources',
  'POST /api/verify',
];

/** Does a route only answer? What it is asked twice, or by another process too, changes nothing. */
export const isQuestion = (route: Route): boolean => methodOf(route) === 'GET' || asked.includes(route);
