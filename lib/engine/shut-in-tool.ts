import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findProgram } from '../host/find-program';
import { startSandbox } from '../host/sandbox';
import { limitHint, limitText } from '../host/sandbox-limits';
import { EngineError } from './errors';

/** Where the folder stands inside. */
export const shutInFolder = '/var/tmp/files';

export interface ShutInTool {
  /** program of this machine and its arguments; the folder is at `shutInFolder` */
  readonly command: readonly [string, ...string[]];
  /** the only thing that it can change */
  readonly folder: string;
  readonly input?: Readable;
  readonly signal?: AbortSignal;
}

const keptTrouble = 4000;

/**
 * Runs a program of this machine over files of a stranger, in the sandbox with nothing but these files: whatever a broken
 * or malicious file makes it do stays in the folder. Throws TOOL_MISSING, and TOOL_FAILED with the last line it said.
 */
export async function runShutIn({ command, folder, input, signal }: ShutInTool): Promise<void> {
  const [tool] = command;
  if (findProgram(tool) === null) {
    throw new EngineError('TOOL_MISSING', `the program \`${tool}\` is not installed`, {
      hint: 'Run `prefix-studio doctor` to see how to get it.',
      details: { tool },
    });
  }
  const running = await startSandbox({
    profile: 'tool',
    mounts: [{ source: folder, target: shutInFolder, access: 'read-write' }],
    command,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    workingDirectory: '/',
    signal,
  });
  let trouble = '';
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      trouble = (trouble + text).slice(-keptTrouble);
    });
  }
  const wall = setTimeout(() => running.exceed('wall'), Math.min(running.limits.wall * 1000, 2 ** 31 - 1));
  try {
    // a program that ends early closes its input; its status tells more
    if (input) await pipeline(input, running.stdin).catch(() => undefined);
    else running.stdin.end();
    const { exitCode, signal: ended, exceeded, isCancelled } = await running.ended;
    if (isCancelled) signal?.throwIfAborted();
    if (exceeded)
      throw new EngineError('TOOL_FAILED', `\`${tool}\` ${limitText(exceeded)}`, { hint: limitHint(exceeded) });
    if (exitCode === 0) return;
    const said = trouble.trim().split('\n').at(-1) ?? '';
    throw new EngineError('TOOL_FAILED', `\`${tool}\` ended with ${ended ?? `status ${exitCode}`}: ${said}`, {
      details: { tool, exitCode, stderr: trouble },
    });
  } finally {
    clearTimeout(wall);
  }
}
