import type { ProgramStart } from '../start-program';
import type { FileEntry } from '../tree';
import { inTurns } from './in-turns';
import type { OpenedFile } from './open-trace';
import type { TracedStart, Tracer } from './traced-start';

/** What a program of a prefix did when it was started. */
export interface AuditedProgram {
  readonly entry: FileEntry;
  readonly opened: readonly OpenedFile[];
  /** the start that went best: with which words, and how it ended */
  readonly words: readonly string[];
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

export const auditLimits: AuditLimits = { seconds: 5, totalSeconds: 300 };

/** With the first of these that a program takes well it is started; each tells what it is and does nothing. */
const trials: readonly (readonly string[])[] = [['--version'], ['--help'], []];

async function auditOne(
  entry: FileEntry,
  base: Omit<ProgramStart, 'command'>,
  tracer: Tracer,
): Promise<AuditedProgram> {
  const opened = new Map<string, OpenedFile>();
  let best: { words: readonly string[]; end: TracedStart } | null = null;
  for (const words of trials) {
    const end = await tracer.start({ ...base, command: [entry.path, ...words] });
    for (const file of end.opened) {
      const known = opened.get(`${file.call} ${file.path}`);
      if (!known?.isThere) opened.set(`${file.call} ${file.path}`, file);
    }
    best ??= { words, end };
    if (end.exitCode === 0) best = { words, end };
    // a program that waits for something waits again with other words
    if (end.exitCode === 0 || end.isLate) break;
  }
  return { entry, opened: [...opened.values()], ...(best as NonNullable<typeof best>) };
}

/**
 * Starts every program with an empty standard input, some at once, until the time is used up. Throws AbortError.
 * Cost: one to three starts a program, about 40 ms of a processor each.
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
