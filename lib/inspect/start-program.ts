import { endText, runSandboxed, type SandboxMount } from '../host/sandbox';
import { limitClause } from '../host/sandbox-limits';

export interface ProgramStart {
  readonly eprefix: string;
  /** all that is there besides /proc, /dev and an empty /tmp */
  readonly mounts: readonly SandboxMount[];
  /** path of a static emulator for programs of another processor */
  readonly emulator: string | null;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** a trusted program that starts the sandbox with its last arguments */
  readonly launcher?: readonly string[];
  /** it is ended after that many seconds; default: the limit of the profile */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
}

export interface ProgramEnd {
  readonly exitCode: number | null;
  /** it was still running when its time was over */
  readonly isLate: boolean;
  /** how it ended, as the end of a sentence: "ended with status 3" */
  readonly how: string;
  /** what it and its launcher said; of more than 128 KiB the beginning and the end, with a line between them that says so */
  readonly output: string;
}

const keptOutput = 64 * 1024;

/** The beginning and the end of what a program says. */
class KeptOutput {
  #begin = '';
  #end = '';
  #characters = 0;

  add(text: string): void {
    this.#characters += text.length;
    const room = keptOutput - this.#begin.length;
    this.#begin += text.slice(0, room);
    if (text.length > room) this.#end = (this.#end + text.slice(room)).slice(-keptOutput);
  }

  get text(): string {
    const left = this.#characters - this.#begin.length - this.#end.length;
    return left === 0 ? this.#begin + this.#end : `${this.#begin}\n[${left} more characters]\n${this.#end}`;
  }
}

/** Starts a program of a prefix in the sandbox, with nothing of this machine's around it. Throws AbortError when cancelled. */
export async function startProgram(start: ProgramStart): Promise<ProgramEnd> {
  const { eprefix, emulator, command, environment, launcher, seconds, signal } = start;
  const clock = seconds === undefined ? null : AbortSignal.timeout(seconds * 1000);
  const ends = [signal, clock].flatMap((end) => end ?? []);
  const emulatorMount: SandboxMount[] = emulator
    ? [{ source: emulator, target: '/emulator', access: 'read-only' }]
    : [];
  const output = new KeptOutput();
  const result = await runSandboxed({
    profile: 'start',
    view: 'bare',
    mounts: [...start.mounts, ...emulatorMount],
    command: [...(emulator ? ['/emulator'] : []), ...command],
    environment: {
      HOME: '/tmp',
      TERM: 'xterm',
      LC_ALL: 'C.UTF-8',
      PATH: `${eprefix}/usr/bin:${eprefix}/bin`,
      ...environment,
    },
    workingDirectory: '/tmp',
    launcher,
    signal: AbortSignal.any(ends),
    onOutput: (text) => {
      output.add(text);
    },
  });
  signal?.throwIfAborted();
  const isEnded = clock !== null && result.isCancelled;
  const isLate = isEnded || result.exceeded?.limit === 'wall';
  const ended = result.exceeded ? limitClause(result.exceeded) : endText(result);
  const how = isEnded ? `ran longer than ${seconds} s` : ended;
  return { exitCode: isEnded ? null : result.exitCode, isLate, how, output: output.text.trim() };
}
