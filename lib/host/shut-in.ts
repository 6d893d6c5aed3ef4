import type { Readable } from 'node:stream';
import { findProgram } from './find-program';
import { endText, runSandboxed, type SandboxMount } from './sandbox';
import { limitHint } from './sandbox-limits';

/** Where the folder stands inside. */
export const shutInFolder = '/var/tmp/files';

export interface ShutInTool {
  /** program of this machine and its arguments; the folder is at `shutInFolder` */
  readonly command: readonly [string, ...string[]];
  /** the only thing that it can change */
  readonly folder: string;
  /** folders in it, by name, that it can only read */
  readonly onlyRead?: readonly string[];
  readonly input?: Readable;
  /** the program believes to be an ordinary user, not root */
  readonly isOrdinary?: boolean;
  readonly signal?: AbortSignal;
}

export interface ShutInEnd {
  /** 0: all went well; null: it was ended */
  readonly exitCode: number | null;
  /** how it ended, as the end of a sentence: "ended with status 3" */
  readonly how: string;
  readonly hint: string | undefined;
  /** the first 4,000 characters that it said */
  readonly begin: string;
  /** the last 4,000 characters that it said */
  readonly output: string;
}

const keptOutput = 4000;

/**
 * Runs a program of this machine over files of a stranger, in the sandbox with nothing but these files: whatever a broken
 * or malicious file makes it do stays in the folder. null: there is no such program. Throws AbortError when cancelled.
 */
export async function runShutIn(tool: ShutInTool): Promise<ShutInEnd | null> {
  const { command, folder, onlyRead = [], input, isOrdinary, signal } = tool;
  if (findProgram(command[0]) === null) return null;
  const inside = (name: string): SandboxMount => ({
    source: `${folder}/${name}`,
    target: `${shutInFolder}/${name}`,
    access: 'read-only',
  });
  let begin = '';
  let output = '';
  const result = await runSandboxed({
    profile: 'tool',
    mounts: [{ source: folder, target: shutInFolder, access: 'read-write' }, ...onlyRead.map(inside)],
    command,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C.UTF-8' },
    workingDirectory: '/',
    isOrdinary,
    signal,
    input,
    onOutput: (text) => {
      begin += text.slice(0, keptOutput - begin.length);
      output = (output + text).slice(-keptOutput);
    },
  });
  signal?.throwIfAborted();
  const { exceeded } = result;
  const exitCode = exceeded ? null : result.exitCode;
  return { exitCode, how: endText(result), hint: exceeded ? limitHint(exceeded) : undefined, begin, output };
}
