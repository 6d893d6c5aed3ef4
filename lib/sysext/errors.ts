import { StudioError } from '../errors';

export type SysextErrorCode = 'TOOL_MISSING' | 'PACK_FAILED' | 'NOTHING_TO_PACK' | 'CANCELLED';

export class SysextError extends StudioError<SysextErrorCode> {
  override readonly name = 'SysextError';
}
