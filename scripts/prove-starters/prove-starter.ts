import { cpSync, existsSync, linkSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Design } from '../../lib/design';
import { checkHostData } from '../../lib/inspect/host-data';
import { checkOnHostileHost } from '../../lib/inspect/hostile/hostile-checks';
import { startablePrograms } from '../../lib/inspect/hostile/startable';
import { loadOwners } from '../../lib/inspect/owners';
import { emulatorFor } from '../../lib/inspect/start-check';
import { type ProofSubject, readSubject } from '../../lib/inspect/subject';
import { scanTree } from '../../lib/inspect/tree';
import type { ProofCheck } from '../../lib/layout/events';
import { boards } from '../../lib/layout/names';

/** What the proof on a hostile host said of a prefix. */
export interface Proven {
  readonly design: Design;
  readonly finalRoot: string;
  readonly ok: boolean;
  /** programs that were started, copies too */
  readonly programs: number;
  readonly checks: readonly ProofCheck[];
  readonly wallMs: number;
}

async function subjectOf({ path, board }: Design, finalRoot: string): Promise<ProofSubject> {
  const tree = await scanTree(finalRoot, await loadOwners(finalRoot, path));
  return readSubject(tree, path, boards[board], []);
}

/** Fills a folder with a prefix that has so many of each program, as links beside each other. */
async function fillWithCopies(folder: string, design: Design, finalRoot: string, copies: number): Promise<void> {
  cpSync(finalRoot, folder, { recursive: true, verbatimSymlinks: true });
  for (const { path } of startablePrograms(await subjectOf(design, finalRoot)))
    for (let copy = 2; copy <= copies; copy++) linkSync(join(folder, path), join(folder, `${path}.${copy}`));
}

/** Proves a prefix that is built; null: it is not. */
export async function proveStarter(design: Design, finalRoot: string, copies: number): Promise<Proven | null> {
  if (!existsSync(join(finalRoot, design.path, 'lib64'))) return null;
  if (copies <= 1) return proveRoot(design, finalRoot, finalRoot);
  const folder = mkdtempSync(join(dirname(finalRoot), 'copies-'));
  // whatever ends this program, an error or a signal that it exits on
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await fillWithCopies(folder, design, finalRoot, copies);
    return await proveRoot(design, finalRoot, folder);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

async function proveRoot(design: Design, finalRoot: string, root: string): Promise<Proven | null> {
  const subject = await subjectOf(design, root);
  const emulator = emulatorFor(subject.board.elfMachine);
  if (emulator === undefined) return null;
  const began = performance.now();
  const hostile = await checkOnHostileHost({ subject, emulator, smoke: design.smoke, failing: [] });
  const wallMs = performance.now() - began;
  const checks = [...hostile, await checkHostData(subject)];
  return {
    design,
    finalRoot,
    ok: checks.every(({ ok }) => ok),
    programs: startablePrograms(subject).length,
    checks,
    wallMs,
  };
}
