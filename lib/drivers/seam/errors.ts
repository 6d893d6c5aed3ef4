import { StudioError } from '../../errors';

export type DriverErrorCode =
  /** a run names a driver that this program does not have */
  'DRIVER_UNKNOWN';

export class DriverError extends StudioError<DriverErrorCode> {
  override readonly name = 'DriverError';
}
