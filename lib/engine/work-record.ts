import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { removeTree } from '../host/remove-tree';
import { parseCpv } from '../pms';
import { code, listSome } from '../resolve/explain-words';
import { besideWorkFolder } from './built-folder';
import { EngineError } from './errors';
import { type FileLock, tryLockFile } from './file-lock';
import type { EbuildPhase, PhaseRequest, PhaseResult, RunEbuildPhases } from './phase-contract';
import { lockPathOf, type PrefixPlace, workFolder } from './prefix-place';

/** What of a request can be written down. Functions and the FIFO with tokens cannot; they are made anew for each run. */
export type RecordedRequest = Omit<
  PhaseRequest,
  'tokens' | 'onMessage' | 'signal' | 'onOutput' | 'onPhase' | 'isImplicitFlag' | 'phases' | 'continues'
>;

/** How the work on one package was done and how far it came. It stands beside the work folder, which phases cannot leave. */
export interface WorkRecord {
  readonly request: RecordedRequest;
  /** phases that ran to their end, in order */
  readonly done: readonly EbuildPhase[];
  /** the phase that failed, or that an interruption ended */
  readonly failed: EbuildPhase | null;
  /** was somebody in a shell in it, or a phase repeated? Then it need not be what its ebuild makes. */
  readonly isByHand: boolean;
}

/** Changes when records of earlier versions of this program mean something else. */
const format = 1;

const recordPath = (buildDir: string): string => besideWorkFolder(buildDir, 'work');

/** The record of a work folder; null: there is none that this version understands. */
export function readWorkRecord(buildDir: string): WorkRecord | null {
  try {
    const { format: found, ...record } = JSON.parse(readFileSync(recordPath(buildDir), 'utf8'));
    return found === format ? (record as WorkRecord) : null;
  } catch {
    return null;
  }
}

export async function writeWorkRecord(record: WorkRecord): Promise<void> {
  await writeFile(recordPath(record.request.buildDir), JSON.stringify({ format, ...record }), { mode: 0o600 });
}

/** Removes a work folder with its record. */
export async function removeWork(buildDir: string): Promise<void> {
  rmSync(recordPath(buildDir), { force: true });
  await removeTree(buildDir);
}

function recordable(request: PhaseRequest): RecordedRequest {
  const { tokens, onMessage, signal, onOutput, onPhase, isImplicitFlag, phases, continues, ...rest } = request;
  return rest;
}

/**
 * Runs phases and writes down how far they came. With `after`, they go on from what that record says was done before.
 * A run that is killed leaves the record of its last phase.
 */
export async function runRecorded(
  runPhases: RunEbuildPhases,
  request: PhaseRequest,
  after: WorkRecord | null = null,
): Promise<PhaseResult> {
  let done: readonly EbuildPhase[] = after?.done ?? [];
  let running: EbuildPhase | null = null;
  const isByHand = after !== null && (after.isByHand || after.failed !== null);
  const write = (): Promise<void> => writeWorkRecord({ request: recordable(request), done, failed: running, isByHand });
  const finished = (): void => {
    if (running !== null) done = [...done.filter((phase) => phase !== running), running];
  };
  // while phases run nobody waits for it, and a full disk must not end the program
  let problem: unknown = null;
  const noted = (): Promise<void> =>
    write().catch((error: unknown) => {
      problem ??= error;
    });
  let writing = noted();
  const result = await runPhases({
    ...request,
    onPhase: (phase) => {
      finished();
      running = phase;
      writing = writing.then(noted);
      request.onPhase(phase);
    },
  });
  await writing;
  if (result.kind === 'ok') {
    if (problem !== null) throw problem;
    finished();
    running = null;
    await write();
  }
  return result;
}

/** Work folders of a prefix that can be entered, by package. */
export function listWork(place: PrefixPlace): readonly WorkRecord[] {
  const folder = workFolder(place.stagingDir);
  return namesIn(folder).flatMap((category) =>
    namesIn(join(folder, category)).flatMap((entry) => {
      const pf = /^\.(.+)\.work$/.exec(entry)?.[1];
      const record = pf === undefined ? null : readWorkRecord(join(folder, category, pf));
      return record === null ? [] : [record];
    }),
  );
}

/** Does `name` mean this package: `category/PF`, `category/PN`, PF or PN? */
export function isNamed(cpv: string, name: string): boolean {
  const { category, pn, pf } = parseCpv(cpv);
  return [cpv, `${category}/${pn}`, pf, pn].includes(name);
}

/** Can it be the name of a package, with or without category? Source: PMS 3.1. */
const isName = (text: string): boolean => text.length <= 200 && /^(?:[\w+.-]+\/)?[\w+.-]+$/.test(text);

/** The work folder of a package that a person named. Throws WORK_MISSING, WORK_AMBIGUOUS. */
export function findWork(place: PrefixPlace, name: string): WorkRecord {
  const all = listWork(place);
  const found = all.filter(({ request }) => isNamed(request.cpv, name));
  const [first, second] = found;
  if (first && !second) return first;
  const list = (records: readonly WorkRecord[]): string =>
    listSome(
      records.map(({ request }) => code(request.cpv)),
      8,
    );
  if (first) {
    throw new EngineError('WORK_AMBIGUOUS', `\`${name}\` means more than one package: ${list(found)}`, {
      hint: 'Name one of them in full.',
    });
  }
  const others = all.length === 0 ? 'No package of this prefix has one.' : `There is one of ${list(all)}.`;
  throw new EngineError('WORK_MISSING', `there is no work folder of \`${name}\` in the prefix \`${place.name}\``, {
    hint: `${others} A build that fails leaves one, and \`prefix-studio phase ${place.name} ${isName(name) ? name : 'PACKAGE'} prepare\` makes one.`,
  });
}

const lockOf = (buildDir: string): string => besideWorkFolder(buildDir, 'lock');

/**
 * Takes the work folder of a package, for a build or a person. `under`: the lock of the prefix, when the caller holds it until
 * then. Throws PACKAGE_BUSY.
 */
export async function lockWork(buildDir: string, purpose: string, under?: string): Promise<FileLock> {
  const attempt = await tryLockFile(lockOf(buildDir), purpose, { under });
  if (attempt.kind === 'locked') return attempt.lock;
  const { purpose: theirs, pid, host } = attempt.holder;
  const cpv = `${basename(join(buildDir, '..'))}/${basename(buildDir)}`;
  throw new EngineError('PACKAGE_BUSY', `\`${cpv}\` is in use: ${theirs} (process ${pid} on ${host})`, {
    hint: 'Leave that shell, or wait until that work has ended; then try again.',
    details: { cpv, pid, purpose: theirs },
  });
}

/** Does something while holding the work folder of a package. Throws PACKAGE_BUSY. */
export async function withWork<T>(
  buildDir: string,
  purpose: string,
  work: () => Promise<T>,
  under?: string,
): Promise<T> {
  const lock = await lockWork(buildDir, purpose, under);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Work folders of a prefix that somebody holds, as sentences about them; the prefix is locked by the caller. */
export async function heldWork(directory: string): Promise<readonly string[]> {
  const held: string[] = [];
  const folder = workFolder(directory);
  for (const category of namesIn(folder)) {
    for (const entry of namesIn(join(folder, category))) {
      const pf = /^\.(.+)\.lock$/.exec(entry)?.[1];
      if (pf === undefined) continue;
      const attempt = await tryLockFile(join(folder, category, entry), 'look', { under: lockPathOf(directory) });
      if (attempt.kind === 'locked') await attempt.lock.release();
      else held.push(`${category}/${pf}: ${attempt.holder.purpose}`);
    }
  }
  return held;
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
