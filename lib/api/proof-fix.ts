import { listSome } from '../resolve/explain-words';
import type { Fix } from '../resolve/plan';
import type { ProofCheck } from './events';

const shownNames = 4;

/** The change of the design after which a failed check passes, when files can be left out of the image for it; else null. */
export function leaveOutFix({ leaveOut = [] }: Pick<ProofCheck, 'leaveOut'>): Fix | null {
  if (leaveOut.length === 0) return null;
  const names = leaveOut.map((pattern) => pattern.slice(pattern.lastIndexOf('/') + 1));
  return {
    edits: [{ kind: 'leave_out', patterns: leaveOut }],
    title: `Leave ${listSome(names, shownNames)} out of the image`,
    cost: 'Users of the prefix do without them. Nothing is compiled again.',
  };
}
