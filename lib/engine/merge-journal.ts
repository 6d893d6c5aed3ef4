import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { removeTree } from '../host/remove-tree';
import { formatContents } from './contents';
import { syncDirectory, writeFileDurably } from './durable-file';
import { prepareEngineFolders } from './engine-folders';
import { EngineError } from './errors';
import { HeldDirectories, inDirectory } from './held-directories';
import { inTurns } from './in-turns';
import type { MergeJournal, MergeStep } from './journal-format';
import { parseJournal } from './journal-format';
import type { TargetRoot } from './vdb';
import { mergingDirectory, publishEntry, readInstalledContents, vdbDirectory, vdbEntryDirectory } from './vdb';

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
      inDirectory(onDisk, (directory) => {
        for (const name of readdirSync(source)) place(join(source, name), join(directory, name));
      });
      // a source that is gone was placed before the interruption
    } else if (!hasCode(error, 'ENOENT') || exists(source)) throw error;
  }
}

function applyStep(onDisk: string | null, image: string, step: MergeStep): void {
  const source = step.do === 'directory' ? null : join(image, step.image);
  if (onDisk === null) {
    // it was placed before the interruption, and a pkg_* phase has changed the way to it since
    if (source === null || !exists(source)) return;
    throw new EngineError('PATH_ESCAPES_ROOT', `the way to \`${step.path}\` no longer consists of directories`, {
      hint: 'Something other than Prefix Studio changed the root. Set the prefix up again with `--force`.',
      details: { path: step.path },
    });
  }
  if (source === null) {
    if (!exists(onDisk)) mkdirSync(onDisk);
  } else {
    // only its writer may move a directory to another one
    if (step.do === 'tree' && exists(source)) chmodSync(source, step.mode | 0o200);
    place(source, onDisk);
  }
  if (step.do !== 'place') inDirectory(onDisk, (directory) => chmodSync(directory, step.mode));
}

/** Removes a file of a package that goes away; what a `pkg_prerm` put behind a link is not the package's. */
function removeObsolete(onDisk: string | null): void {
  if (onDisk === null) return;
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

/** Calls `work` for each item with its place in the root, which is reached without a link: phases may have changed the way. */
async function inRoot<T>(
  { root }: TargetRoot,
  items: readonly T[],
  pathOf: (item: T) => string,
  work: (item: T, onDisk: string | null) => void,
): Promise<void> {
  const held = new HeldDirectories(root);
  try {
    await inTurns(items, (item) => work(item, held.at(pathOf(item))));
  } finally {
    held.release();
  }
}

/** Takes files out of the entry of an installed package, because another one has them. */
async function dropFromContents(target: TargetRoot, cpv: string, paths: readonly string[]): Promise<void> {
  const file = join(vdbEntryDirectory(target, cpv), 'CONTENTS');
  if (!exists(file)) return;
  const gone = new Set(paths);
  const contents = await readInstalledContents(target, cpv);
  const left = contents.filter(({ path, kind }) => kind === 'dir' || !gone.has(path));
  if (left.length < contents.length) await writeFileDurably(file, formatContents(left));
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
  const stepPath = ({ path }: MergeStep): string => path;
  await inRoot(target, journal.steps, stepPath, (step, onDisk) => {
    fault(`${step.do} ${step.path}`);
    applyStep(onDisk, image, step);
  });
  for (const { cpv, paths } of journal.handedOver) {
    fault(`hand over from ${cpv}`);
    await dropFromContents(target, cpv, paths);
  }
  const removedEntry = (cpv: string): string => join(directory, 'removed', cpv.replace('/', ':'));
  for (const cpv of journal.removed) {
    if (exists(removedEntry(cpv))) continue;
    fault(`prerm ${cpv}`);
    await hooks.prerm?.(cpv, vdbEntryDirectory(target, cpv));
  }
  const itself = (path: string): string => path;
  await inRoot(target, journal.obsolete, itself, (path, onDisk) => {
    fault(`remove ${path}`);
    removeObsolete(onDisk);
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

/** Larger than the journal of an image that is as large as it may be. */
const maxJournalBytes = 480 << 20;

/** The journal of a change; null when it was not written yet. Throws JOURNAL_INVALID. */
function readJournal(target: TargetRoot, directory: string): MergeJournal | null {
  const answer = new ContainedFolder(vdbDirectory(target)).read(journalFile(directory), maxJournalBytes);
  if (answer.kind === 'missing') return null;
  const journal = answer.kind === 'content' ? parseJournal(target, answer.data.toString('utf8')) : null;
  if (journal) return journal;
  const why = answer.kind === 'refused' ? answer.reason : 'is damaged, or was not written by Prefix Studio';
  throw new EngineError('JOURNAL_INVALID', `the merge journal \`${journalFile(directory)}\` ${why}`, {
    hint: 'None of it was carried out. Set the prefix up again with `--force`; its binary packages stay usable.',
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
    const journal = readJournal(target, directory);
    const cpv = name.replace(':', '/');
    if (journal === null) await forgetJournal(target, directory);
    else await applyJournal(target, directory, journal, hooks);
    recovered.push({ cpv, outcome: journal === null ? 'rolled back' : 'completed' });
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
