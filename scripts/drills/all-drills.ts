import type { Drill } from './drill';

/** In the order in which they are run. */
export const drills: readonly Drill[] = [];
