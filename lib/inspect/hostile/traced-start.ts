import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../host/find-program';
import { limitsOf } from '../../host/sandbox-limits';
import { type ProgramEnd, type ProgramStart, startProgram } from '../start-program';
import { type OpenTrace, OpenTraceReader, readLoaderDebug, tracedCalls } from './open-trace';
import { openTracePipe } from './trace-pipe';

/** A start with what it opened outside the prefix. */
export interface TracedStart extends ProgramEnd, OpenTrace {
  /** the trace was longer than what is read of it, the limit `start.log` */
  readonly isCut: boolean;
}

/** Starts programs and tells what they open. */
export interface Tracer {
  /** `files`: every file, by strace; `libraries`: the loader tells of libraries only */
  readonly sees: 'files' | 'libraries';
  start(start: ProgramStart): Promise<TracedStart>;
  remove(): void;
}

/** `-D`: the traced program stands where strace was started, so that it ends with whoever started it, and strace with it. */
const options = [
  '-D',
  ...['-f', '-y', '-qq', '-s', '256', '--seccomp-bpf'],
  ...['-e', 'signal=none', '-e', `trace=${tracedCalls}`],
];

function withStrace(strace: string): Tracer {
  const folder = mkdtempSync(join(tmpdir(), 'open-trace-'));
  let count = 0;
  return {
    sees: 'files',
    async start(start) {
      const path = join(folder, `${count++}`);
      const program = start.emulator === null ? (start.command[0] ?? '') : '/emulator';
      const reader = new OpenTraceReader(program, start.eprefix);
      const pipe = await openTracePipe(path, limitsOf('start').log, (text) => reader.take(text));
      const launcher = [strace, ...options, '-o', path, '--'];
      // the pipe ends after the start, however that ends
      const [ended] = await Promise.allSettled([startProgram({ ...start, launcher })]);
      const { isCut } = await pipe.end();
      if (ended.status === 'rejected') throw ended.reason;
      return { ...ended.value, ...reader.trace, isCut };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const withLoader: Tracer = {
  sees: 'libraries',
  async start(start) {
    const ended = await startProgram({ ...start, environment: { ...start.environment, LD_DEBUG: 'libs' } });
    const output = ended.output.replace(/^ *\d+:(?:\t.*)?$\n?/gm, '').trim();
    return { ...ended, ...readLoaderDebug(ended.output), output, isCut: false };
  },
  remove: () => {},
};

/** strace where it is there and `trial`, a program that surely starts, can be traced; else the loader's own words. */
export async function openTracer(trial: ProgramStart, strace: string | null = findProgram('strace')): Promise<Tracer> {
  if (strace === null) return withLoader;
  const tracer = withStrace(strace);
  let isUsable = false;
  try {
    isUsable = (await tracer.start(trial)).isStarted;
  } finally {
    if (!isUsable) tracer.remove();
  }
  return isUsable ? tracer : withLoader;
}
