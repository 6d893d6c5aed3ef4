import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProofCheck } from '../layout/events';
import type { ProofSubject } from './subject';

type Finding = ProofCheck['findings'][number];

interface Outcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly output: string;
}

const longestRunMs = 20_000;
const mostOutput = 64 * 1024;

/** Static emulators for boards of another processor, by `e_machine`. */
const emulators: Readonly<Record<number, readonly string[]>> = {
  62: ['qemu-x86_64-static', 'qemu-x86_64'],
  183: ['qemu-aarch64-static', 'qemu-aarch64'],
};

const nativeMachine: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** Runs one program in a container which holds only the prefix, /proc, /dev and an empty /tmp. */
function runInside(
  subject: ProofSubject,
  emulator: string | null,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const { eprefix, tree } = subject;
  const args = ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv'];
  args.push(
    '--ro-bind',
    join(tree.root, eprefix),
    eprefix,
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
    '--chdir',
    '/tmp',
  );
  if (emulator) args.push('--ro-bind', emulator, '/emulator');
  const variables = {
    HOME: '/tmp',
    TERM: 'xterm',
    LC_ALL: 'C.UTF-8',
    PATH: `${eprefix}/usr/bin:${eprefix}/bin`,
    ...environment,
  };
  for (const [name, value] of Object.entries(variables)) args.push('--setenv', name, value);
  args.push('--', ...(emulator ? ['/emulator'] : []), ...command);
  return new Promise((resolve) => {
    const child = spawn('bwrap', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestRunMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      if (output.length < mostOutput) output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ exitCode: null, signal: null, output: String(error) }));
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, output: output.trim() }));
  });
}

function findEmulator(machine: number): string | null {
  for (const name of emulators[machine] ?? []) {
    const found = (process.env.PATH ?? '')
      .split(':')
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
    if (found) return found;
  }
  return null;
}

/**
 * Starts the application with only the final root present. `smoke` are the commands of the design, their program relative
 * to the prefix; besides, the loader lists the libraries of every program, and none may come from elsewhere.
 */
export async function checkStarts(subject: ProofSubject, smoke: readonly (readonly string[])[]): Promise<ProofCheck> {
  const machine = subject.board.elfMachine;
  const native = nativeMachine[process.arch] === machine;
  const emulator = native ? null : findEmulator(machine);
  if (!native && emulator === null) {
    const skipped = `this machine cannot run programs of ${subject.board.board}; install qemu-user-static to start them here`;
    return { name: 'starts', ok: false, skipped, summary: `Not started: ${skipped}.`, findings: [] };
  }
  const libraries = await libraryFindings(subject, emulator);
  const commands = await smokeFindings(subject, emulator, smoke);
  const findings = [...commands.findings, ...libraries.findings];
  const ok = findings.every((found) => found.severity !== 'leak');
  const started = commands.lines.length > 0 ? `${commands.lines.join('; ')}. ` : '';
  const linked = `${libraries.programs} ${libraries.programs === 1 ? 'program loads' : 'programs load'} only libraries of the prefix.`;
  return {
    name: 'starts',
    ok,
    summary: ok
      ? `With nothing but the final root: ${started}${linked}`
      : `With nothing but the final root, ${findings.filter((f) => f.severity === 'leak').length} check(s) of ${libraries.programs + smoke.length} failed.`,
    findings,
  };
}

async function smokeFindings(subject: ProofSubject, emulator: string | null, smoke: readonly (readonly string[])[]) {
  const findings: Finding[] = [];
  const lines: string[] = [];
  for (const [program = '', ...rest] of smoke) {
    const path = `${subject.eprefix}/${program}`;
    const { exitCode, signal, output } = await runInside(subject, emulator, [path, ...rest], {});
    const firstLine = output.split('\n')[0]?.slice(0, 120) ?? '';
    const shown = [program, ...rest].join(' ');
    if (exitCode === 0) lines.push(`\`${shown}\` ran${firstLine === '' ? '' : ` and said “${firstLine}”`}`);
    else {
      const how = signal ? `was ended by ${signal}` : `ended with status ${exitCode ?? 'unknown'}`;
      const owner = subject.byPath.get(path)?.owner ?? null;
      findings.push({
        path,
        owner,
        detail: `\`${shown}\` ${how}: ${output.split('\n').slice(-3).join(' / ').slice(0, 400)}`,
        severity: 'leak',
      });
    }
  }
  return { findings, lines };
}

const mostPrograms = 400;

async function libraryFindings(subject: ProofSubject, emulator: string | null) {
  const programs = subject.elfs
    .filter(
      ({ entry, facts }) => facts.interpreter !== null && (entry.mode & 0o111) !== 0 && facts.soname !== 'libc.so.6',
    )
    .slice(0, mostPrograms);
  const findings: Finding[] = [];
  for (const { entry } of programs) {
    const { exitCode, output } = await runInside(subject, emulator, [entry.path], { LD_TRACE_LOADED_OBJECTS: '1' });
    const foreign = output.split('\n').flatMap((line) => {
      const target = /=>\s+(not found|\/\S+)/.exec(line)?.[1];
      if (target === undefined) return [];
      return target.startsWith(`${subject.eprefix}/`) ? [] : [line.trim()];
    });
    if (exitCode !== 0) foreign.push(`the loader ended with status ${exitCode}: ${output.slice(0, 200)}`);
    for (const detail of foreign) findings.push({ path: entry.path, owner: entry.owner, detail, severity: 'leak' });
  }
  return { findings, programs: programs.length };
}
