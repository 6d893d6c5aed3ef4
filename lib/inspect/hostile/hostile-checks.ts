import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProofCheck } from '../../layout/events';
import { firstBytes } from '../file-bytes';
import type { ProgramStart } from '../start-program';
import type { ProofSubject } from '../subject';
import { askLibrary, probeFolder, trialStart, writeProbes } from './ask-library';
import { type AuditLimits, auditPrograms } from './audit-programs';
import { canWriteElf, type WrittenMachine } from './elf-writer';
import { hostileCheck } from './hostile-check';
import { makeHostileHost } from './hostile-host';
import { withoutLibraryPath } from './library-path';
import { type Observed, ofOneStart } from './observed';
import { outsideCheck } from './outside-check';
import { startablePrograms } from './startable';
import { openTracer, type Tracer } from './traced-start';

export interface HostileRequest {
  readonly subject: ProofSubject;
  /** path of a static emulator for programs of another processor */
  readonly emulator: string | null;
  /** commands of the design, their program relative to the prefix */
  readonly smoke: readonly (readonly string[])[];
  /** of them, those that fail on a host without anything in it, too; words joined by spaces */
  readonly failing: readonly string[];
  readonly limits?: AuditLimits;
  readonly signal?: AbortSignal;
}

type Base = Omit<ProgramStart, 'command'>;

/** A loader is a tenth of that. */
const mostLoaderBytes = 32 * 1024 * 1024;

/** Loader of a prefix that reads the host's list of libraries to preload, as a fact; none: it does not. */
async function preloadFacts(subject: ProofSubject): Promise<ProofCheck['findings']> {
  const loader = subject.elfs.find(({ entry }) => entry.path.endsWith(`/${subject.board.loader}`))?.entry;
  if (!loader) return [];
  const bytes = await firstBytes(join(subject.tree.root, loader.path), mostLoaderBytes);
  if (!bytes.includes('/etc/ld.so.preload\0')) return [];
  const detail =
    'reads `/etc/ld.so.preload` of the host: a library that is named there is loaded into every program of the prefix';
  return [{ path: loader.path, owner: loader.owner, detail, severity: 'notice' }];
}

/**
 * Starts everything on a host that means no good: libraries of the same sonames that end who loads them, a foreign locale
 * archive, name services, loader cache and preload list. Answers two checks: that nothing of it is loaded, and which files
 * outside the prefix are opened. None for processors for which no such host can be made. Throws AbortError.
 */
export async function checkOnHostileHost(request: HostileRequest): Promise<readonly ProofCheck[]> {
  if (!canWriteElf(request.subject.board)) return [];
  const folder = mkdtempSync(join(tmpdir(), 'hostile-host-'));
  try {
    chmodSync(folder, 0o755);
    return await startAll(request, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAll(request: HostileRequest, folder: string): Promise<readonly ProofCheck[]> {
  const { subject, emulator, signal } = request;
  const machine = subject.board.elfMachine as WrittenMachine;
  const facts = await preloadFacts(subject);
  const sonames = subject.elfs.flatMap(({ facts: { soname } }) => soname ?? []);
  const [hostFolder, probes] = [join(folder, 'host'), join(folder, 'probes')];
  const host = makeHostileHost(hostFolder, machine, sonames, { preloads: facts.length === 0 });
  writeProbes(probes, subject, machine);
  const { eprefix, tree } = subject;
  const base: Base = {
    eprefix,
    mounts: [
      ...host.mounts,
      { source: join(tree.root, eprefix), target: eprefix, access: 'read-only' },
      { source: probes, target: probeFolder, access: 'read-only' },
    ],
    emulator,
    environment: host.environment,
    signal,
  };
  const plain: Base = { ...base, environment: { ...host.environment, LD_LIBRARY_PATH: '' } };
  let tracer: Tracer | null = null;
  try {
    tracer = await openTracer(trialStart(plain));
    const library = subject.elfs.find(({ facts: { soname } }) => soname === 'libc.so.6')?.entry;
    const answers = library ? await askLibrary(library, plain, tracer) : null;
    const heeding = withoutLibraryPath(tracer);
    const audit = await auditPrograms(startablePrograms(subject), base, heeding.tracer, request.limits);
    const programs = audit.programs.map(({ entry: { path, owner }, ...seen }) => ({
      path,
      owner,
      shown: `\`${path.slice(eprefix.length + 1)}\``,
      ...seen,
    }));
    const commands = await startCommands(request, base, heeding.tracer);
    const { taken } = heeding;
    const failing = new Set(request.failing.map((command) => `\`${command}\``));
    const observed = [...(answers?.observed ?? []), ...programs, ...commands];
    return [
      hostileCheck({ subject, host, answers, programs, commands, failing, taken, facts }),
      await outsideCheck({ subject, observed, left: audit.left, sees: tracer.sees }, signal),
    ];
  } finally {
    tracer?.remove();
  }
}

async function startCommands({ smoke, subject }: HostileRequest, base: Base, tracer: Tracer): Promise<Observed[]> {
  const observed: Observed[] = [];
  for (const [program = '', ...rest] of smoke) {
    const path = `${subject.eprefix}/${program}`;
    const end = await tracer.start({ ...base, command: [path, ...rest] });
    const owner = subject.byPath.get(path)?.owner ?? null;
    observed.push({ path, owner, shown: `\`${[program, ...rest].join(' ')}\``, ...ofOneStart(end) });
  }
  return observed;
}
