import { designs } from './designs';
import { diskFull } from './disk-full';
import type { Drill } from './drill';
import { hostileOverlay } from './hostile-overlay';
import { kills } from './kills';
import { requests } from './requests';

/** In the order in which they are run. */
export const drills: readonly Drill[] = [kills, requests, designs, diskFull, hostileOverlay];
