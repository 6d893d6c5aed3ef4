import { join } from 'node:path';
import type { ProofCheck } from '../layout/events';
import { glibcVersionIn } from '../layout/glibc-banner';
import { firstBytes } from './file-bytes';
import type { ProofSubject } from './subject';

/** What the plan said about the C library of the prefix. */
export interface PlannedCLibrary {
  /** version of glibc that the tool chain provides; null: the plan built one of its own */
  readonly version: string | null;
  /** which compiler and C library, one line */
  readonly summary: string;
}

/** The largest libc.so.6 is a tenth of that. */
const mostBytes = 32 * 1024 * 1024;

/** The version that a glibc says of itself in its banner; null: it says none. */
async function versionIn(path: string): Promise<string | null> {
  return glibcVersionIn((await firstBytes(path, mostBytes)).toString('latin1'));
}

/** Does the prefix bring the C library that was planned? Everything that was compiled counts on its version. */
export async function checkCLibrary(subject: ProofSubject, planned: PlannedCLibrary): Promise<ProofCheck> {
  const library = subject.elfs.find(({ facts }) => facts.soname === 'libc.so.6');
  const isNeeded = subject.elfs.some(({ facts }) => facts.needed.includes('libc.so.6'));
  const say = (ok: boolean, summary: string): ProofCheck => ({ name: 'c-library', ok, summary, findings: [] });
  if (!library) {
    return isNeeded
      ? say(false, 'Programs need libc.so.6, and the prefix has none.')
      : say(true, 'Nothing in the prefix needs a C library.');
  }
  const found = await versionIn(join(subject.tree.root, library.entry.path));
  if (planned.version !== null && found !== planned.version) {
    return say(false, `The prefix has glibc ${found ?? 'of unknown version'}, but ${planned.version} was planned.`);
  }
  return say(true, `${planned.summary} The prefix carries glibc ${found ?? 'of unknown version'}.`);
}
