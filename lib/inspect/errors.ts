import { StudioError } from '../errors';

export type InspectErrorCode =
  | 'NO_SUCH_FILE'
  | 'OUTSIDE_ROOT'
  | 'TOO_MANY_LINKS'
  | 'NAME_UNUSABLE'
  | 'NOT_A_FILE'
  | 'NOT_A_DIRECTORY'
  | 'NO_ROOT';

export class InspectError extends StudioError<InspectErrorCode> {
  override readonly name = 'InspectError';
}
