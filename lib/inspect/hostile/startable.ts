import { closedAbove } from '../closed-folder';
import { isInsidePrefix } from '../library-search';
import type { ProofSubject } from '../subject';
import type { FileEntry } from '../tree';

const isExecutable = ({ mode }: FileEntry): boolean => (mode & 0o111) !== 0;

/**
 * Every file of a prefix that the kernel can start with nothing of the host: programs, and scripts whose interpreter is in the
 * prefix. Not what lies where only root may enter, and not the C library and the loader, which are programs too.
 */
export function startablePrograms(subject: ProofSubject): readonly FileEntry[] {
  const programs = subject.elfs.filter(
    ({ entry, facts }) =>
      isExecutable(entry) &&
      (facts.interpreter !== null || facts.type === 'EXEC') &&
      facts.soname !== 'libc.so.6' &&
      facts.machine === subject.board.elfMachine,
  );
  const scripts = subject.scripts.filter(({ entry, interpreterLine }) => {
    const [interpreter = ''] = interpreterLine.split(/\s+/);
    return isExecutable(entry) && interpreter.startsWith(`${subject.eprefix}/`) && isInsidePrefix(subject, interpreter);
  });
  return [...programs, ...scripts].map(({ entry }) => entry).filter(({ path }) => closedAbove(subject, path) === null);
}
