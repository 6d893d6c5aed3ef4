import { inTurns } from '../in-turns';
import type { ProgramStart } from '../start-program';
import type { FileEntry } from '../tree';
import { KeptFiles } from './kept-files';
import type { OpenedFile } from './opened-file';
import { hostileStatus } from './stub-library';
import type { TracedStart, Tracer } from './traced-start';

/** What a program of a prefix did when it was started. */
export interface AuditedProgram {
  readonly entry: FileEntry;
  readonly opened: readonly OpenedFile[];
  /** calls whose files are not among `opened`, because they are too many */
  readonly more: number;
  /** the trace of a start was too long to be read to its end */
  readonly isCut: boolean;
  /** how the first start ended, or one that a library of the hostile host ended */
  readonly end: TracedStart;
}

export interface Audit {
  readonly programs: readonly AuditedProgram[];
  /** programs for which there was no time */
  readonly left: number;
}

export interface AuditLimits {
  /** for one start */
  readonly seconds: number;
  /** for all programs together */
  readonly totalSeconds: number;
  /** at once; default: a process for each processor */
  readonly atOnce?: number;
}

export const auditLimits: AuditLimits = { seconds: 3, totalSeconds: 300 };

/** With the first of these that a program takes well it says what it is. */
const trials: readonly (readonly string[])[] = [['--version'], ['--help']];

/** One start that says what it is, and one without words, in which a program reads its configuration. */
async function auditOne(
  entry: FileEntry,
  base: Omit<ProgramStart, 'command'>,
  tracer: Tracer,
): Promise<AuditedProgram> {
  const found = new KeptFiles();
  let isCut = false;
  const start = async (words: readonly string[]): Promise<TracedStart> => {
    const end = await tracer.start({ ...base, command: [entry.path, ...words] });
    for (const file of end.opened) found.add(file);
    found.more += end.more;
    isCut ||= end.isCut;
    return end;
  };
  let worst: TracedStart | null = null;
  for (const words of trials) {
    const end = await start(words);
    worst ??= end;
    if (end.exitCode === hostileStatus) worst = end;
    // a program that waits for something waits again with other words
    if (end.exitCode === 0 || end.isLate) break;
  }
  const last = await start([]);
  const end = worst === null || last.exitCode === hostileStatus ? last : worst;
  return { entry, opened: found.files, more: found.more, isCut, end };
}

/**
 * Starts every program with an empty standard input, some at once, until the time is used up. Throws AbortError.
 * Cost: two or three starts a program, about 40 ms of a processor each.
 */
export async function auditPrograms(
  entries: readonly FileEntry[],
  base: Omit<ProgramStart, 'command' | 'seconds'>,
  tracer: Tracer,
  { seconds, totalSeconds, atOnce }: AuditLimits = auditLimits,
): Promise<Audit> {
  const end = performance.now() + totalSeconds * 1000;
  const hasTime = (): boolean => performance.now() < end;
  const done = await inTurns(entries, (entry) => auditOne(entry, { ...base, seconds }, tracer), { atOnce, hasTime });
  return { programs: done, left: entries.length - done.length };
}
