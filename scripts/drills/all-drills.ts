import { diskFull } from './disk-full';
import type { Drill } from './drill';
import { hostileOverlay } from './hostile-overlay';

/** In the order in which they are run. */
export const drills: readonly Drill[] = [hostileOverlay, diskFull];
