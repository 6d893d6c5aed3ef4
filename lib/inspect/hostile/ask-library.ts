import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurns } from '../in-turns';
import type { ProgramStart } from '../start-program';
import type { ProofSubject } from '../subject';
import type { FileEntry } from '../tree';
import type { WrittenMachine } from './elf-writer';
import { type Observed, ofOneStart } from './observed';
import { probeProgram } from './probe-program';
import { libraryQuestions } from './probe-questions';
import { stubLibrary } from './stub-library';
import type { Tracer } from './traced-start';

/** Where the programs that ask are, in the sandbox. */
export const probeFolder = '/srv/probe';
const trialName = 'trial';
const seconds = 20;

/** What the C library of a prefix said. */
export interface LibraryAnswers {
  readonly observed: readonly Observed[];
  /** what it has not, each the end of a sentence about it */
  readonly missing: readonly string[];
}

/** Writes the programs that ask the C library of a prefix into a new folder. */
export function writeProbes(folder: string, { eprefix, board }: ProofSubject, machine: WrittenMachine): void {
  mkdirSync(folder);
  const [loader, path] = [`${eprefix}/lib64/${board.loader}`, `${eprefix}/usr/lib64:${eprefix}/lib64`];
  for (const { name, question } of libraryQuestions)
    writeFileSync(join(folder, name), probeProgram(machine, loader, path, [question]), { mode: 0o755 });
  writeFileSync(join(folder, trialName), stubLibrary(machine, trialName), { mode: 0o755 });
}

/** The start by which it is tried whether programs can be traced. It needs nothing of the prefix, which may have no C library. */
export const trialStart = (base: Omit<ProgramStart, 'command'>): ProgramStart => ({
  ...base,
  command: [`${probeFolder}/${trialName}`],
  seconds,
});

/**
 * Asks the C library of a prefix for what it takes from files. `base` without LD_LIBRARY_PATH: what that names is the wish of
 * whoever sets it.
 */
export async function askLibrary(
  library: FileEntry,
  base: Omit<ProgramStart, 'command'>,
  tracer: Tracer,
): Promise<LibraryAnswers> {
  const ends = await inTurns(libraryQuestions, ({ name }) =>
    tracer.start({ ...base, command: [`${probeFolder}/${name}`], seconds }),
  );
  const { path, owner } = library;
  const observed = ends.map((end, index): Observed => {
    const symbol = libraryQuestions[index]?.question.symbol;
    return { path, owner, shown: `the C library (${symbol})`, ...ofOneStart(end) };
  });
  const missing = libraryQuestions.flatMap(({ without }, index) =>
    without !== null && ends[index]?.exitCode === 0 ? [without] : [],
  );
  return { observed, missing };
}
