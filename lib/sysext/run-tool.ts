import { spawn } from 'node:child_process';
import { childEnvironment } from '../host/child-environment';
import { howToGetCommand } from '../host/install-advice';
import { SysextError } from './errors';

export interface ToolOutcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** standard output and standard error in the order they came, the last 64 kB */
  readonly output: string;
}

const mostOutput = 64 * 1024;

/** Runs a tool with an argument array, without a shell. Throws TOOL_MISSING when it is not installed. */
export function runTool(
  command: string,
  args: readonly string[],
  options: {
    readonly signal?: AbortSignal;
  } = {},
): Promise<ToolOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...childEnvironment(), LC_ALL: 'C.UTF-8' },
      signal: options.signal,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-mostOutput);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.name === 'AbortError')
        reject(new SysextError('CANCELLED', 'Checking the image was cancelled.', { cause }));
      else if (cause.code === 'ENOENT') {
        const hint = howToGetCommand(command);
        reject(new SysextError('TOOL_MISSING', `The tool \`${command}\` is not installed.`, { hint, cause }));
      } else reject(cause);
    });
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, output }));
  });
}
