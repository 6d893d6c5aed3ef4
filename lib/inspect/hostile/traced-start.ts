import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../host/find-program';
import { type ProgramEnd, type ProgramStart, startProgram } from '../start-program';
import { type OpenedFile, readLoaderDebug, readOpenTrace, tracedCalls } from './open-trace';

/** A start with what it opened. */
export interface TracedStart extends ProgramEnd {
  readonly opened: readonly OpenedFile[];
}

/** Starts programs and tells what they open. */
export interface Tracer {
  /** `files`: every file, by strace; `libraries`: the loader tells of libraries only */
  readonly sees: 'files' | 'libraries';
  start(start: ProgramStart): Promise<TracedStart>;
  remove(): void;
}

/** A program that opens files without end must not fill the disk or the memory. */
const mostTraceBytes = 16 * 1024 * 1024;

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, mostTraceBytes));
    await handle.read(bytes, 0, bytes.length, 0);
    return bytes.toString('latin1');
  } finally {
    await handle.close();
  }
}

function withStrace(strace: string): Tracer {
  const folder = mkdtempSync(join(tmpdir(), 'open-trace-'));
  let count = 0;
  return {
    sees: 'files',
    async start(start) {
      const file = join(folder, `${count++}`);
      const options = [
        '-f',
        '-y',
        '-qq',
        '-s',
        '4096',
        '--seccomp-bpf',
        '-e',
        'signal=none',
        '-e',
        `trace=${tracedCalls}`,
      ];
      try {
        const ended = await startProgram({ ...start, launcher: [strace, ...options, '-o', file, '--'] });
        const program = start.emulator === null ? (start.command[0] ?? '') : '/emulator';
        return { ...ended, opened: readOpenTrace(await firstBytes(file), program) };
      } finally {
        rmSync(file, { force: true });
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const withLoader: Tracer = {
  sees: 'libraries',
  async start(start) {
    const ended = await startProgram({ ...start, environment: { ...start.environment, LD_DEBUG: 'libs' } });
    const output = ended.output.replace(/^ *\d+:(?:\t.*)?$\n?/gm, '').trim();
    return { ...ended, output, opened: readLoaderDebug(ended.output) };
  },
  remove: () => {},
};

/** strace where it is there and `trial` can be traced, else the loader's own words. */
export async function openTracer(trial: ProgramStart, strace: string | null = findProgram('strace')): Promise<Tracer> {
  if (strace === null) return withLoader;
  const tracer = withStrace(strace);
  let isUsable = false;
  try {
    isUsable = (await tracer.start(trial)).opened.length > 0;
  } finally {
    if (!isUsable) tracer.remove();
  }
  return isUsable ? tracer : withLoader;
}
