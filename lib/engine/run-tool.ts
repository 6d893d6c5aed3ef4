import { spawn } from 'node:child_process';
import { childEnvironment } from '../host/child-environment';
import { EngineError } from './errors';
import { toolMissing } from './tool-missing';

export interface ToolOptions {
  readonly cwd?: string;
  /** besides what every program of ours gets */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly input?: Uint8Array | string;
  /** more standard output than this ends the tool with an error: what strangers packed may unpack to anything */
  readonly maxOutputBytes?: number;
  /** called with the tool's output as it comes, both streams */
  readonly onOutput?: (text: string) => void;
}

export interface ToolResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program of the host to its end, without a shell. Throws TOOL_MISSING when it is not there. */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...childEnvironment(), ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      signal: options.signal,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let outputBytes = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > (options.maxOutputBytes ?? Number.POSITIVE_INFINITY)) {
        child.kill('SIGKILL');
        reject(new EngineError('TOOL_FAILED', `\`${command}\` gave more than ${options.maxOutputBytes} bytes`));
        return;
      }
      stdout.push(chunk);
      options.onOutput?.(chunk.toString('utf8'));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr.push(chunk);
      options.onOutput?.(chunk.toString('utf8'));
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? toolMissing(command, error) : error);
    });
    child.on('close', (exitCode, signal) =>
      resolve({ exitCode, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }),
    );
    if (options.input !== undefined) {
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input);
    }
  });
}

/** Like runTool, but an exit status other than 0 throws TOOL_FAILED with the last line the tool said. */
export async function runToolOrThrow(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const result = await runTool(command, args, options);
  if (result.exitCode === 0) return result;
  throw toolEnded(command, result);
}

/** How a tool failed, with the last line that it said. */
export function toolEnded(
  tool: string,
  { exitCode, signal, stderr = '' }: Pick<ToolResult, 'exitCode' | 'signal'> & { readonly stderr?: string },
): EngineError {
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  const how = `\`${tool}\` ${signal ? `was ended by ${signal}` : `ended with status ${exitCode}`}`;
  return new EngineError('TOOL_FAILED', lastLine === '' ? how : `${how}: ${lastLine}`, {
    details: { tool, exitCode, signal, stderr: stderr.slice(-2000) },
  });
}
