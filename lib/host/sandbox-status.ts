import type { Readable } from 'node:stream';
import { HostError } from './errors';
import { sandboxAdvice } from './sandbox-advice';

/**
 * What bubblewrap says of a sandbox on a descriptor that nothing inside has: the number of its first process once there is
 * one, and the status with which the command ended, only if the command began. Source: bwrap(1), --json-status-fd.
 */
export class SandboxStatus {
  #text = '';
  #pid: number | null = null;

  /** `onPid`: called when there is a first process */
  constructor(stream: Readable, onPid: (pid: number) => void) {
    stream.on('error', () => {});
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
      const pid = this.#pid === null ? /"child-pid": (\d+)/.exec(this.#text)?.[1] : undefined;
      if (pid === undefined) return;
      this.#pid = Number(pid);
      onPid(this.#pid);
    });
  }

  /** There are namespaces and a first process. */
  get hasProcess(): boolean {
    return this.#pid !== null;
  }

  /** Number of the first process on this machine; null: there is none yet. */
  get pid(): number | null {
    return this.#pid;
  }

  /** The command began, and ended by itself. */
  get hasExitCode(): boolean {
    return this.#text.includes('"exit-code":');
  }
}

/** What is said of a machine that is out of processes, memory, namespaces or descriptors: EAGAIN, ENOMEM, ENOSPC, EMFILE, ENFILE. */
const scarceWords =
  /Resource temporarily unavailable|Cannot allocate memory|No space left on device|Too many open files|\bE(?:AGAIN|NOMEM|MFILE|NFILE)\b/;

/** Is it for lack of something that another moment may bring? */
export const isScarcity = (words: string): boolean => scarceWords.test(words);

/** bubblewrap found everything but the program: that is an answer to who asked for the program. */
export const isMissingProgram = (words: string): boolean => /^bwrap: execvp /m.test(words);

/** The sandbox was not there, so that nothing can be said of what should have run in it. `words`: what its maker said. */
export function notStarted(words: string, cause?: unknown): HostError {
  const said =
    words
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^bwrap: /, '') || 'it does not say why';
  if (isScarcity(words)) {
    return new HostError('SANDBOX_REFUSED', `the machine refused to start a sandbox: ${said}`, {
      hint: 'Something uses up its processes, memory or namespaces: see `ps -eLf | wc -l`, `ulimit -u`, user.max_user_namespaces. Try again when that has ended.',
      cause,
    });
  }
  const hint = /namespace|uid map|loopback|Operation not permitted/.test(words) ? sandboxAdvice() : undefined;
  return new HostError('SANDBOX_REFUSED', `the sandbox did not start: ${said}`, { hint, cause });
}
