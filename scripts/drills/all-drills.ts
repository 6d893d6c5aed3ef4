import { designs } from './designs';
import { diskFull } from './disk-full';
import type { Drill } from './drill';
import { hostileOverlay } from './hostile-overlay';
import { kills } from './kills';
import { requests } from './requests';
import { rivals } from './rivals';
import { watchers } from './watchers';

/** In the order in which they are run. */
export const drills: readonly Drill[] = [kills, watchers, rivals, diskFull, requests, designs, hostileOverlay];
