import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Does this name a directory that anybody may make things in, as /tmp? */
const isForAll = ({ mode }: Stats): boolean => (mode & 0o1002) === 0o1002;

function nameOf(uid: number): string {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.split(':')[2] === `${uid}`);
    return line?.split(':')[0] ?? `user ${uid}`;
  } catch {
    return `user ${uid}`;
  }
}

/**
 * The user in whose folder root is about to work: the owner of `path`, or of the first folder above it that is there. null: it
 * is root's, or we are not root. What root makes there, that user can neither change nor remove.
 */
export function ownerBesidesRoot(path: string, uid: number | undefined = process.getuid?.()): string | null {
  if (uid !== 0) return null;
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) return dirname(path) === path ? null : ownerBesidesRoot(dirname(path), uid);
  return there.uid === 0 || isForAll(there) ? null : nameOf(there.uid);
}
