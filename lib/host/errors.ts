import { StudioError } from '../errors';

export type HostErrorCode =
  /** a setting of the environment is not understood */
  'SETTING_INVALID';

export class HostError extends StudioError<HostErrorCode> {
  override readonly name = 'HostError';
}
