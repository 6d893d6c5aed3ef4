import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeTree } from '../host/remove-tree';
import type { ConfigProtection } from './config-protect';
import { formatContents } from './contents';
import { prepareEngineFolders } from './engine-folders';
import { EngineError } from './errors';
import type { ImageEntry } from './image-tree';
import { contentsOfImage, sizeOfImage } from './image-tree';
import type { MergeStep } from './journal-format';
import { findForbidden, mayChange } from './journal-format';
import type { FaultPoint, MergeHooks } from './merge-journal';
import { applyJournal, commitJournal, forgetJournal, journalDirectory } from './merge-journal';
import type { Collision } from './merge-plan';
import { obsoletePaths, planMerge } from './merge-plan';
import { ownersIn } from './owner-index';
import { RootedPaths } from './rooted-path';
import { runToolOrThrow } from './run-tool';
import { takeImage } from './take-image';
import type { EntryFiles, TargetRoot } from './vdb';
import { installedInSlot, listInstalled, vdbEntryDirectory, writeMergingEntry } from './vdb';

export interface MergeRequest {
  readonly target: TargetRoot;
  /** `category/PF` */
  readonly cpv: string;
  /** `category/PN` */
  readonly qualifiedName: string;
  readonly slot: string;
  /** the image directory; it is moved away by the merge */
  readonly imageDir: string;
  /** what `takeImage` answered, if nothing has written to the image since; absent: the image is taken here */
  readonly entries?: readonly ImageEntry[];
  /** VDB files of the package; CONTENTS, COUNTER and SIZE are made here */
  readonly entryFiles: EntryFiles;
  readonly protection: ConfigProtection;
  /** asked when a file is in the way: installed packages that others replace or remove in the same run */
  readonly leaving?: () => Promise<ReadonlySet<string>>;
  readonly hooks?: MergeHooks & {
    /** runs before anything is written, with D still in place, and tells whether it had its hands on D; a failure stops the merge */
    readonly preinst?: (replaced: readonly string[]) => Promise<'changed' | 'untouched'>;
    /** told, before anything is written, which files that no package owns will be replaced by others */
    readonly overwrites?: (paths: readonly string[]) => void;
  };
  readonly fault?: FaultPoint;
  /** ends a merge that has not begun to change the root: AbortError */
  readonly signal?: AbortSignal;
}

export type MergeOutcome =
  | {
      readonly kind: 'merged';
      readonly files: number;
      readonly sizeBytes: number;
      readonly replaced: readonly string[];
    }
  | { readonly kind: 'collisions'; readonly collisions: readonly Collision[] };

/** Moves a directory, copying when it is on another file system. */
async function moveDirectory(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await runToolOrThrow('cp', ['-a', '--', from, to], { signal });
    await removeTree(from);
  }
}

/** Directories and files that an image adds to a root, as one sentence each. */
export function describeCollision({ path, owner, detail }: Collision): string {
  return owner === null ? `\`${path}\`: ${detail}` : `\`${path}\`: ${detail}, \`${owner}\``;
}

/**
 * Merges an image into a root: asks first (collisions), writes down what will be done, then does it. Interrupted at any
 * point it is completed or undone by `recoverMerges`. One merge at a time per root; the caller holds the lock.
 */
export async function mergeImage(request: MergeRequest): Promise<MergeOutcome> {
  const { target, cpv, signal, hooks = {}, fault = () => undefined } = request;
  prepareEngineFolders(target);
  const replaced = await installedInSlot(target, request.qualifiedName, request.slot);
  // the same version in another slot has the same entry name, so it goes as well
  const removed = [...new Set([...replaced, ...((await listInstalled(target)).includes(cpv) ? [cpv] : [])])];
  fault('preinst');
  const state = (await hooks.preinst?.(removed)) ?? 'untouched';
  const known = state === 'untouched' ? request.entries : undefined;
  const entries = known ?? (await takeImage(request.imageDir, target.eprefix, signal));
  const contents = await contentsOfImage(request.imageDir, entries, signal);
  const paths = new RootedPaths(target.root);
  const owners = await ownersIn(target, paths);
  const question = {
    contents,
    directoryModes: directoryModes(entries),
    replaced: new Set(removed),
    owners,
    paths,
    protection: request.protection,
    signal,
  };
  let plan = await planMerge(question);
  if (plan.kind === 'collisions' && request.leaving) {
    plan = await planMerge({ ...question, leaving: await request.leaving() });
  }
  if (plan.kind === 'collisions') return plan;
  requireFineSteps(target, cpv, plan.steps);
  if (plan.overwritten.length > 0) hooks.overwrites?.(plan.overwritten);

  const directory = journalDirectory(target, cpv);
  await removeTree(directory);
  const sizeBytes = sizeOfImage(entries);
  const files = new Map(request.entryFiles);
  files.set('CONTENTS', formatContents(contents));
  // the order in which packages were merged
  files.set('COUNTER', `${owners.highestCounter + 1}`);
  files.set('SIZE', `${sizeBytes}`);
  fault('stage image');
  await mkdir(directory, { recursive: true });
  await moveDirectory(request.imageDir, `${directory}/image`, signal);
  fault('write entry');
  await writeMergingEntry(target, cpv, files);
  fault('commit');
  const journal = {
    format: 1,
    cpv,
    removed,
    steps: plan.steps,
    obsolete: plan.obsolete.filter((path) => mayChange(target, path)),
    handedOver: plan.handedOver,
  } as const;
  await commitJournal(target, directory, journal);
  await applyJournal(target, directory, journal, hooks, fault);
  return {
    kind: 'merged',
    files: contents.filter((entry) => entry.kind !== 'dir').length,
    sizeBytes,
    replaced: removed,
  };
}

/** Throws PATH_ESCAPES_ROOT when links of the root would lead a merge out of the prefix or into what we trust. */
function requireFineSteps(target: TargetRoot, cpv: string, steps: readonly MergeStep[]): void {
  const path = findForbidden(target, steps);
  if (path === null) return;
  throw new EngineError(
    'PATH_ESCAPES_ROOT',
    `links of the root lead \`${cpv}\` to \`${path}\`, where it must not write`,
    {
      hint: 'Remove the package that installed the link.',
      details: { cpv, path },
    },
  );
}

/** Modes of an image's directories by path. */
export function directoryModes(entries: readonly ImageEntry[]): ReadonlyMap<string, number> {
  return new Map(entries.filter((entry) => entry.kind === 'dir').map((entry) => [entry.path, entry.mode]));
}

export interface UnmergeRequest {
  readonly target: TargetRoot;
  readonly cpv: string;
  readonly protection: ConfigProtection;
  readonly hooks?: MergeHooks;
  readonly fault?: FaultPoint;
}

/** Removes a package and its files; changed configuration files stay. Throws NOT_INSTALLED. Journaled as a merge is. */
export async function unmergePackage(request: UnmergeRequest): Promise<{ readonly removedPaths: number }> {
  const { target, cpv, fault = () => undefined } = request;
  prepareEngineFolders(target);
  if (!(await listInstalled(target)).includes(cpv)) {
    throw new EngineError('NOT_INSTALLED', `\`${cpv}\` is not installed in \`${target.root}${target.eprefix}\``, {
      details: { entry: vdbEntryDirectory(target, cpv) },
    });
  }
  const paths = new RootedPaths(target.root);
  const owners = await ownersIn(target, paths);
  const question = { owners, replaced: new Set([cpv]), paths, protection: request.protection };
  const obsolete = (await obsoletePaths(question, new Set())).filter((path) => mayChange(target, path));
  const directory = journalDirectory(target, cpv);
  await forgetJournal(target, directory);
  fault('stage removal');
  await mkdir(directory, { recursive: true });
  const journal = { format: 1, cpv: null, removed: [cpv], steps: [], obsolete, handedOver: [] } as const;
  fault('commit');
  await commitJournal(target, directory, journal);
  await applyJournal(target, directory, journal, request.hooks, fault);
  return { removedPaths: obsolete.length };
}
