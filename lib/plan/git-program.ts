import { spawn } from 'node:child_process';
import { childEnvironment } from '../host/child-environment';
import { PlanError } from './errors';

/**
 * What a repository brings along never runs, and git goes nowhere but to the address: no hooks, no submodules, no helpers,
 * no other transports. Objects are checked as they come in, large ones are not held in memory, and who is silent for
 * five minutes is left.
 */
const carefulGit: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.bigFileThreshold=32m',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'transfer.fsckObjects=true',
  'transfer.bundleURI=false',
  'http.followRedirects=initial',
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=300',
  'credential.interactive=false',
  'protocol.allow=never',
  ...['https', 'http', 'ssh', 'git', 'file'].map((protocol) => `protocol.${protocol}.allow=always`),
].flatMap((setting) => ['-c', setting]);

/** Variables that would have git work on another repository than the one it is given. */
const elsewhere = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_NAMESPACE'];

/** Nobody is there to answer a question. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...childEnvironment(),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
  };
  for (const name of elsewhere) delete environment[name];
  return environment;
}

export interface GitRequest {
  readonly args: readonly string[];
  readonly signal?: AbortSignal;
  /** longest time, in milliseconds */
  readonly mostMs: number;
  /** Pieces of what git prints, as they come; a text that is returned ends it, and is why. */
  readonly onOutput?: (text: string) => string | null;
  /** the same of what it tells of its progress and errors */
  readonly onProgress?: (text: string) => string | null;
}

export interface GitResult {
  readonly exitCode: number | null;
  /** the end of what it told of its progress and errors */
  readonly told: string;
  /** why it was ended from here, as a sentence without a full stop */
  readonly limit: string | null;
}

/** git and its helpers, which are a process group of their own, so that all of them end together. */
class RunningGit {
  private readonly child;
  private limit: string | null = null;
  private told = '';

  constructor(private readonly request: GitRequest) {
    const stdout = request.onOutput ? 'pipe' : 'ignore';
    this.child = spawn('git', [...carefulGit, ...request.args], {
      stdio: ['ignore', stdout, 'pipe'],
      env: gitEnvironment(),
      detached: true,
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.judge(request.onOutput?.(text)));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.told = (this.told + text).slice(-20_000);
      this.judge(request.onProgress?.(text));
    });
  }

  private judge(limit: string | null | undefined): void {
    if (limit === null || limit === undefined) return;
    this.limit ??= limit;
    this.kill();
  }

  private readonly kill = (): void => {
    const { pid } = this.child;
    // the group outlives its first process while a helper runs
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  };

  result(): Promise<GitResult> {
    const { signal, mostMs } = this.request;
    const timer = setTimeout(() => this.judge(`it took longer than ${mostMs / 60_000} minutes`), mostMs);
    signal?.addEventListener('abort', this.kill, { once: true });
    if (signal?.aborted) this.kill();
    return new Promise<GitResult>((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (exitCode) => resolve({ exitCode, told: this.told, limit: this.limit }));
    }).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', this.kill);
    });
  }
}

/** Runs git over what a stranger wrote, to its end. Throws `GIT_MISSING`. */
export async function runGit(request: GitRequest): Promise<GitResult> {
  try {
    return await new RunningGit(request).result();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new PlanError('GIT_MISSING', '`git` is not installed', {
      hint: 'Install git, or add a folder instead.',
      cause,
    });
  }
}
