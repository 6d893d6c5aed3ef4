import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from '../host/remove-tree';
import { syncDirectory, writeFileDurably } from './durable-file';
import { prepareEngineFolders } from './engine-folders';
import { EngineError } from './errors';
import { inTurns } from './in-turns';
import type { MergeStep } from './merge-plan';
import type { TargetRoot } from './vdb';
import { mergingDirectory, publishEntry, vdbDirectory, vdbEntryDirectory } from './vdb';

/**
 * The write-ahead record of one merge or unmerge. It is written when everything that the change needs stands beside it
 * (new files in `image/`, the new VDB entry in `-MERGING-…`) and before the first file of the root is touched. So a
 * change without a journal never began and is thrown away; a change with one is carried out again, step by step, until
 * it is complete: every step may be repeated.
 */
export interface MergeJournal {
  readonly format: 1;
  /** package whose entry is published at the end; null for an unmerge */
  readonly cpv: string | null;
  /** packages whose entries go away */
  readonly removed: readonly string[];
  readonly steps: readonly MergeStep[];
  readonly obsolete: readonly string[];
}

/** What the change calls between its steps; failures of these are reported, they do not stop it. */
export interface MergeHooks {
  readonly prerm?: (cpv: string, entryDirectory: string) => Promise<void>;
  readonly postrm?: (cpv: string, entryDirectory: string) => Promise<void>;
  readonly postinst?: (cpv: string, entryDirectory: string) => Promise<void>;
}

/** Called before every step that writes; tests stop the world there. */
export type FaultPoint = (point: string) => void;

const journalsDirectory = (target: TargetRoot): string => join(vdbDirectory(target), '.merge');

export function journalDirectory(target: TargetRoot, cpv: string): string {
  return join(journalsDirectory(target), cpv.replace('/', ':'));
}

const journalFile = (directory: string): string => join(directory, 'journal.json');

/** Writes the journal: from here on the change will happen. */
export async function commitJournal(target: TargetRoot, directory: string, journal: MergeJournal): Promise<void> {
  await writeFileDurably(journalFile(directory), JSON.stringify(journal));
  await syncDirectory(journalsDirectory(target));
}

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Moves something of an image into the root. Where a directory stands already, what is in the new one goes into it. */
function place(source: string, onDisk: string): void {
  try {
    renameSync(source, onDisk);
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) {
      for (const name of readdirSync(source)) place(join(source, name), join(onDisk, name));
      // a source that is gone was placed before the interruption
    } else if (!hasCode(error, 'ENOENT') || exists(source)) throw error;
  }
}

function applyStep(target: TargetRoot, image: string, step: MergeStep): void {
  const source = join(image, step.image);
  const onDisk = join(target.root, step.path);
  // only its writer may move a directory to another one
  if (step.do === 'tree' && exists(source)) chmodSync(source, step.mode | 0o200);
  place(source, onDisk);
  if (step.do === 'tree') chmodSync(onDisk, step.mode);
}

function removeObsolete(onDisk: string): void {
  const info = lstatSync(onDisk, { throwIfNoEntry: false });
  if (!info) return;
  if (!info.isDirectory()) {
    unlinkSync(onDisk);
    return;
  }
  try {
    rmdirSync(onDisk);
  } catch (error) {
    // a directory that still holds other things stays
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

/** Carries out a committed change from wherever it stands. May be called again after any interruption. */
export async function applyJournal(
  target: TargetRoot,
  directory: string,
  journal: MergeJournal,
  hooks: MergeHooks = {},
  fault: FaultPoint = () => undefined,
): Promise<void> {
  const image = join(directory, 'image');
  await inTurns(journal.steps, (step) => {
    fault(`${step.do} ${step.path}`);
    applyStep(target, image, step);
  });
  const removedEntry = (cpv: string): string => join(directory, 'removed', cpv.replace('/', ':'));
  for (const cpv of journal.removed) {
    if (exists(removedEntry(cpv))) continue;
    fault(`prerm ${cpv}`);
    await hooks.prerm?.(cpv, vdbEntryDirectory(target, cpv));
  }
  await inTurns(journal.obsolete, (path) => {
    fault(`remove ${path}`);
    removeObsolete(join(target.root, path));
  });
  for (const cpv of journal.removed) {
    if (!exists(removedEntry(cpv))) {
      fault(`unpublish ${cpv}`);
      await mkdir(join(directory, 'removed'), { recursive: true });
      await rename(vdbEntryDirectory(target, cpv), removedEntry(cpv));
    }
    fault(`postrm ${cpv}`);
    await hooks.postrm?.(cpv, removedEntry(cpv));
    await rmdir(dirname(vdbEntryDirectory(target, cpv))).catch(() => undefined);
  }
  if (journal.cpv !== null) {
    if (exists(mergingDirectory(target, journal.cpv))) {
      fault(`publish ${journal.cpv}`);
      await publishEntry(target, journal.cpv);
    }
    fault(`postinst ${journal.cpv}`);
    await hooks.postinst?.(journal.cpv, vdbEntryDirectory(target, journal.cpv));
  }
  fault('forget');
  await forgetJournal(target, directory);
}

/** Removes a change's folder: the journal first, so that half-removed remains can never be taken for a change. */
export async function forgetJournal(target: TargetRoot, directory: string): Promise<void> {
  await rm(journalFile(directory), { force: true });
  await removeTree(directory);
  await rmdir(journalsDirectory(target)).catch(() => undefined);
}

/** What recovery did with one interrupted change. */
export interface Recovered {
  /** `category/PF` of the change */
  readonly cpv: string;
  readonly outcome: 'completed' | 'rolled back';
}

function readJournal(text: string, directory: string): MergeJournal {
  try {
    const journal = JSON.parse(text) as MergeJournal;
    if (journal.format === 1) return journal;
  } catch {
    // reported below
  }
  throw new EngineError('JOURNAL_INVALID', `the merge journal in \`${directory}\` cannot be read`, {
    hint: 'Set the prefix up again with `--force`; its binary packages stay usable.',
  });
}

/**
 * Brings a root back to whole packages after an interruption: committed changes are completed, others are undone, which
 * costs nothing because they had not touched the root. Call it while holding the prefix's lock.
 */
export async function recoverMerges(target: TargetRoot, hooks: MergeHooks = {}): Promise<readonly Recovered[]> {
  const recovered: Recovered[] = [];
  if (!exists(vdbDirectory(target))) return recovered;
  prepareEngineFolders(target);
  const open = await readdir(journalsDirectory(target)).catch(() => [] as string[]);
  for (const name of open.sort()) {
    const directory = join(journalsDirectory(target), name);
    const text = await readFile(journalFile(directory), 'utf8').catch(() => null);
    const cpv = name.replace(':', '/');
    if (text === null) await forgetJournal(target, directory);
    else await applyJournal(target, directory, readJournal(text, directory), hooks);
    recovered.push({ cpv, outcome: text === null ? 'rolled back' : 'completed' });
  }
  await removeStaleEntries(target);
  return recovered;
}

/** The committed changes of a root that wait to be completed, `category/PF`: it holds whole packages again after `recoverMerges`. */
export async function openMerges(target: TargetRoot): Promise<readonly string[]> {
  const names = await readdir(journalsDirectory(target)).catch(() => [] as string[]);
  const committed = names.filter((name) => exists(journalFile(join(journalsDirectory(target), name))));
  return committed.sort().map((name) => name.replace(':', '/'));
}

async function removeStaleEntries(target: TargetRoot): Promise<void> {
  const vdb = vdbDirectory(target);
  for (const category of await readdir(vdb).catch(() => [] as string[])) {
    for (const pf of await readdir(join(vdb, category)).catch(() => [] as string[])) {
      if (pf.startsWith('-MERGING-')) await rm(join(vdb, category, pf), { recursive: true, force: true });
    }
    await rmdir(join(vdb, category)).catch(() => undefined);
  }
}
