import { join } from 'node:path';
import { findProgram } from '../host/find-program';
import { count } from '../layout/count';
import type { ProofCheck } from '../layout/events';
import { closedAbove } from './closed-folder';
import { keptWords, lastWords } from './finding-words';
import { inTurns } from './in-turns';
import { startProgram } from './start-program';
import type { ProofSubject } from './subject';

type Finding = ProofCheck['findings'][number];

/** Static emulators for boards of another processor, by `e_machine`. */
const emulators: Readonly<Record<number, readonly string[]>> = {
  62: ['qemu-x86_64-static', 'qemu-x86_64'],
  183: ['qemu-aarch64-static', 'qemu-aarch64'],
};

const nativeMachine: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** What every start of this check shares. */
interface Setting {
  readonly subject: ProofSubject;
  readonly emulator: string | null;
  readonly signal: AbortSignal | undefined;
}

const runInside = ({ subject, emulator, signal }: Setting, command: readonly string[], environment = {}) =>
  startProgram({
    eprefix: subject.eprefix,
    mounts: [{ source: join(subject.tree.root, subject.eprefix), target: subject.eprefix, access: 'read-only' }],
    emulator,
    command,
    environment,
    signal,
  });

const findEmulator = (machine: number): string | null =>
  (emulators[machine] ?? []).map((name) => findProgram(name)).find((path) => path !== null) ?? null;

/** By what programs of a processor run here: themselves (`null`), or an emulator. undefined: not at all. */
export function emulatorFor(machine: number): string | null | undefined {
  return nativeMachine[process.arch] === machine ? null : (findEmulator(machine) ?? undefined);
}

/**
 * Starts the application with only the final root present. `smoke` are the commands of the design, their program relative
 * to the prefix; besides, the loader lists the libraries of every program, and none may come from elsewhere.
 */
export async function checkStarts(
  subject: ProofSubject,
  smoke: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<ProofCheck> {
  const machine = subject.board.elfMachine;
  const emulator = emulatorFor(machine);
  if (emulator === undefined) {
    const skipped = `this machine cannot run programs of ${subject.board.board}; install qemu-user-static to start them here`;
    return { name: 'starts', ok: false, skipped, summary: `Not started: ${skipped}.`, findings: [] };
  }
  const setting: Setting = { subject, emulator, signal };
  const libraries = await libraryFindings(setting);
  const commands = await smokeFindings(setting, smoke);
  const findings = [...commands.findings, ...libraries.findings];
  const ok = findings.every((found) => found.severity !== 'leak');
  const started = commands.lines.length > 0 ? `${commands.lines.join('; ')}. ` : '';
  const linked = `${count(libraries.programs, 'program loads', 'programs load')} only libraries of the prefix.`;
  return {
    name: 'starts',
    ok,
    summary: ok
      ? `With nothing but the final root: ${started}${linked}`
      : `With nothing but the final root, ${findings.filter((f) => f.severity === 'leak').length} of ${libraries.programs + smoke.length} starts failed.`,
    findings,
  };
}

async function smokeFindings(setting: Setting, smoke: readonly (readonly string[])[]) {
  const { subject } = setting;
  const findings: Finding[] = [];
  const lines: string[] = [];
  for (const [program = '', ...rest] of smoke) {
    const path = `${subject.eprefix}/${program}`;
    const { exitCode, how, output } = await runInside(setting, [path, ...rest]);
    const firstLine = output.split('\n')[0]?.slice(0, 120) ?? '';
    const shown = [program, ...rest].join(' ');
    if (exitCode === 0) lines.push(`\`${shown}\` ran${firstLine === '' ? '' : ` and said “${firstLine}”`}`);
    else {
      const owner = subject.byPath.get(path)?.owner ?? null;
      findings.push({
        path,
        owner,
        detail: `\`${shown}\` ${how}${lastWords(output)}`,
        severity: 'leak',
        start: { command: shown, exitCode, how, output: keptWords(output) },
      });
    }
  }
  return { findings, lines };
}

async function libraryFindings(setting: Setting) {
  const { subject } = setting;
  const all = subject.elfs.filter(
    ({ entry, facts }) => facts.interpreter !== null && (entry.mode & 0o111) !== 0 && facts.soname !== 'libc.so.6',
  );
  const programs = all.filter(({ entry }) => closedAbove(subject, entry.path) === null);
  const closed = all.flatMap(({ entry: { path, owner } }): Finding[] => {
    const folder = closedAbove(subject, path);
    if (folder === null) return [];
    return [{ path, owner, detail: `was not started: only root may enter \`${folder}\``, severity: 'notice' }];
  });
  const found = await inTurns(programs, async ({ entry }) => {
    const { exitCode, how, output } = await runInside(setting, [entry.path], { LD_TRACE_LOADED_OBJECTS: '1' });
    const foreign = output.split('\n').flatMap((line) => {
      const target = /=>\s+(not found|\/\S+)/.exec(line)?.[1];
      if (target === undefined) return [];
      return target.startsWith(`${subject.eprefix}/`) ? [] : [line.trim()];
    });
    if (exitCode !== 0) foreign.push(`the loader ${how}: ${output.slice(0, 200)}`);
    return foreign.map((detail): Finding => ({ path: entry.path, owner: entry.owner, detail, severity: 'leak' }));
  });
  const findings = [...found.flat(), ...closed];
  return { findings, programs: programs.length };
}
