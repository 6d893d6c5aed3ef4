import { StudioError } from '../errors';

export type HostErrorCode =
  /** a setting of the environment is not understood */
  | 'SETTING_INVALID'
  /** no sandbox could be started, so that what should have run in it did not run */
  | 'SANDBOX_REFUSED';

export class HostError extends StudioError<HostErrorCode> {
  override readonly name = 'HostError';
}
