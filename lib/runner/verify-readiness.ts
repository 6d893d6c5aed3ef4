import type { VerifyReadiness } from '../api/wire';
import { asClause, isStudioError } from '../errors';
import { findEmerge } from '../plan/emerge-command';
import { noEmergeMessage } from '../plan/verify-opened';

/** Whether this machine has a real Portage that can be asked. */
export function verifyReadiness(): VerifyReadiness {
  try {
    const emerge = findEmerge(process.env);
    if (emerge) return { isReady: true, emerge: emerge.command.join(' '), message: null };
    return { isReady: false, emerge: null, message: noEmergeMessage };
  } catch (error) {
    if (!isStudioError(error)) throw error;
    return { isReady: false, emerge: null, message: `${asClause(error.message)}. ${error.hint ?? ''}`.trim() };
  }
}
