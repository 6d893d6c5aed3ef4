import { spawnSync } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { findProgram } from './find-program';
import { plainEnvironment } from './plain-environment';
import { type RunningSandbox, type SandboxResult, type SandboxStart, startSandbox } from './sandbox';

/** Programs that a terminal in the sandbox needs. */
const terminalPrograms = ['script', 'stty'];

/**
 * Makes a terminal inside the sandbox and runs a command on it. All that the command holds is that terminal, which ends with
 * the sandbox; the caller's is at the far end of two pipes. Descriptor 7 brings new sizes.
 * Arguments: rows, columns, command.
 */
const terminalScript = `rows=$1 columns=$2
shift 2
while read -r r c; do stty -F /dev/pts/0 rows "$r" cols "$c"; done <&7 > /dev/null 2>&1 &
printf -v command '%q ' "$@"
export SHELL=/bin/bash
# not by exec: script waits for every child that it has
script -qfec "stty sane iutf8 rows $rows cols $columns; exec $command" /dev/null 7<&-
exit $?`;

/** The command line that runs a command on a terminal inside the sandbox. */
export const sandboxTerminal = (rows: string, columns: string, command: readonly string[]): readonly string[] => [
  ...['/bin/bash', '-c', terminalScript, 'terminal', rows, columns],
  ...command,
];

/** Puts everything back that programs switch on and a killed one leaves: mouse, pasting, hidden cursor, other screen. */
const resetSequence = '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h\x1b[0m';

/** How long a terminal may take to say that it has answered everything. */
const quietMs = 150;

/** Is there a person at a terminal, to read from and to write to? */
export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** The program that is missing for a terminal in the sandbox; null: none. */
export const missingForTerminal = (): string | null =>
  terminalPrograms.find((name) => findProgram(name, plainEnvironment.PATH) === null) ?? null;

function stty(...args: readonly string[]): string {
  const { stdout } = spawnSync('stty', args, {
    stdio: ['inherit', 'pipe', 'ignore'],
    env: plainEnvironment,
    encoding: 'utf8',
  });
  return stdout.trim();
}

/** The size of the caller's terminal in characters. */
const sizeOf = ({ rows, columns }: NodeJS.WriteStream): string => `${rows || 24} ${columns || 80}`;

/**
 * Reads what is left of the terminal's answers to questions that programs asked it, or the caller's shell would take them for
 * typed. The last answer is that to our own question; a terminal that answers none is left after a moment.
 */
function readLeftAnswers(): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (): void => {
      clearTimeout(timer);
      process.stdin.off('data', look);
      resolve();
    };
    const look = (data: Buffer): void => {
      text = (text + data.toString('latin1')).slice(-16);
      if (text.includes('\x1b[0n')) finish();
    };
    const timer = setTimeout(finish, quietMs);
    process.stdin.on('data', look);
    process.stdout.write('\x1b[5n');
  });
}

/**
 * Runs a command in the sandbox on a terminal of its own, and connects that with the terminal of this process: job control,
 * interrupts, sizes and full-screen programs work. The terminal of this process is as before when it ends. Throws
 * SETTING_INVALID.
 */
export async function runOnTerminal(start: SandboxStart): Promise<SandboxResult> {
  const { stdin, stdout } = process;
  const [rows = '24', columns = '80'] = sizeOf(stdout).split(' ');
  const running = await startSandbox({
    ...start,
    command: sandboxTerminal(rows, columns, start.command),
    hasControl: true,
  });
  const before = stty('-g');
  const type = (data: Buffer): void => void running.stdin.write(data);
  const resize = (): void => void running.control?.write(`${sizeOf(stdout)}\n`);
  const show = pipeline(running.stdout, stdout, { end: false }).catch(() => undefined);
  const showErrors = pipeline(running.stderr, process.stderr, { end: false }).catch(() => undefined);
  try {
    stty('raw', '-echo');
    stdin.on('data', type);
    stdout.on('resize', resize);
    const result = await endOf(running);
    await Promise.all([show, showErrors]);
    return result;
  } finally {
    stdin.off('data', type);
    stdout.off('resize', resize);
    stdout.write(resetSequence);
    await readLeftAnswers();
    stty(before);
    stdin.pause();
    stdin.unref();
  }
}

/** Runs a command in the sandbox with the input, output and errors of this process. Throws SETTING_INVALID. */
export async function runOnStreams(start: SandboxStart): Promise<SandboxResult> {
  const running = await startSandbox(start);
  const { stdin, stdout, stderr } = process;
  const feed = pipeline(stdin, running.stdin).catch(() => undefined);
  const shown = [
    pipeline(running.stdout, stdout, { end: false }),
    pipeline(running.stderr, stderr, { end: false }),
  ].map((each) => each.catch(() => undefined));
  const result = await endOf(running);
  await Promise.all(shown);
  // who types or sends on has nobody to read it any more
  stdin.destroy();
  await feed;
  return result;
}

/** The command's end, or the limit of time. */
async function endOf(running: RunningSandbox): Promise<SandboxResult> {
  const wall = setTimeout(() => running.exceed('wall'), Math.min(running.limits.wall * 1000, 2 ** 31 - 1));
  try {
    return await running.ended;
  } finally {
    clearTimeout(wall);
  }
}
