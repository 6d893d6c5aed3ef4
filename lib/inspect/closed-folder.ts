import { dirname } from 'node:path';
import type { ProofSubject } from './subject';

/** The folder above a file, nearest to the prefix, that only root may enter; null: there is none. */
export function closedAbove(subject: Pick<ProofSubject, 'byPath' | 'eprefix'>, path: string): string | null {
  const above = dirname(path);
  if (!above.startsWith(`${subject.eprefix}/`)) return null;
  const isOpen = ((subject.byPath.get(above)?.mode ?? 0o100) & 0o100) !== 0;
  return closedAbove(subject, above) ?? (isOpen ? null : above);
}
