import { binaryPackagesDriver } from './binary-packages/driver';
import { embeddedDriver } from './embedded/driver';
import type { Driver } from './seam/driver';

/** The drivers that a run may name: the one registration. The first is taken when none is named. */
export const drivers: readonly Driver[] = [embeddedDriver, binaryPackagesDriver];

/** Who builds when a run names nobody. */
export const defaultDriver = embeddedDriver.id;
