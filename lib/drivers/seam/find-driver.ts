import type { Driver } from './driver';
import { DriverError } from './errors';

/** The driver that a run names. Throws DRIVER_UNKNOWN, naming those that are known. */
export function findDriver(known: readonly Driver[], id: string): Driver {
  const found = known.find((driver) => driver.id === id);
  if (found) return found;
  throw new DriverError('DRIVER_UNKNOWN', `There is no driver \`${id}\`.`, {
    hint: `Drivers are ${known.map((driver) => `\`${driver.id}\``).join(', ')}.`,
    details: { known: known.map((driver) => driver.id) },
  });
}
