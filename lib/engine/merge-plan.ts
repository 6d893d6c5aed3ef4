import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigProtection } from './config-protect';
import { isProtected, protectedName } from './config-protect';
import type { ContentsEntry } from './contents';
import { md5OfFile } from './image-tree';
import { inTurns } from './in-turns';
import type { MergeStep } from './journal-format';
import type { Owners } from './owner-index';
import type { RootedPaths } from './rooted-path';

export interface Collision {
  readonly path: string;
  /** the package that has the file, null when nobody owns it */
  readonly owner: string | null;
  readonly detail: 'owned by another package' | 'a directory stands there' | 'not a directory';
}

export type MergePlan =
  | {
      readonly kind: 'ready';
      readonly steps: readonly MergeStep[];
      /** canonical paths that only replaced packages have: removed after the new files are there, deepest first */
      readonly obsolete: readonly string[];
      /** paths of the image where something else stands that no package owns; it is replaced, and its content is lost */
      readonly overwritten: readonly string[];
      /** files that packages about to leave had and that are the image's from now on */
      readonly handedOver: readonly HandedOver[];
    }
  | { readonly kind: 'collisions'; readonly collisions: readonly Collision[] };

/** Paths, as CONTENTS has them, that an installed package no longer owns. */
export interface HandedOver {
  readonly cpv: string;
  readonly paths: readonly string[];
}

export interface MergeQuestion {
  /** the image's CONTENTS, parents first */
  readonly contents: readonly ContentsEntry[];
  /** mode of each directory of the image by path */
  readonly directoryModes: ReadonlyMap<string, number>;
  /** packages that the new one replaces */
  readonly replaced: ReadonlySet<string>;
  /** packages that others replace or remove in the same run: their files are in nobody's way; default: none */
  readonly leaving?: ReadonlySet<string>;
  readonly owners: Owners;
  readonly paths: RootedPaths;
  readonly protection: ConfigProtection;
  /** MD5 of a new file; default: what its entry says */
  readonly md5Of?: (entry: Extract<ContentsEntry, { kind: 'obj' }>) => string | Promise<string>;
  readonly signal?: AbortSignal;
}

function statOrNull(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

/** Is the thing on disk the same as the new one? */
async function isSame(
  { md5Of = ({ md5 }) => md5, signal }: MergeQuestion,
  onDisk: string,
  info: Stats,
  entry: ContentsEntry,
): Promise<boolean> {
  if (entry.kind === 'sym') return info.isSymbolicLink() && readlinkSync(onDisk) === entry.target;
  if (entry.kind !== 'obj' || !info.isFile()) return false;
  return (await md5OfFile(onDisk, info.size, signal)) === (await md5Of(entry));
}

/** A link that gives way to a link takes no content with it: pkg_postinst makes links until their package comes. */
async function losesContent(
  question: MergeQuestion,
  onDisk: string,
  info: Stats,
  entry: ContentsEntry,
): Promise<boolean> {
  return !(info.isSymbolicLink() && entry.kind === 'sym') && !(await isSame(question, onDisk, info, entry));
}

/** A protected file that somebody changed since it was merged must stay; the new one goes beside it. */
async function mustKeepFile(
  question: MergeQuestion,
  path: string,
  onDisk: string,
  info: Stats,
  entry: ContentsEntry,
): Promise<boolean> {
  if (!info.isFile() || !isProtected(entry.path, question.protection)) return false;
  if (await isSame(question, onDisk, info, entry)) return false;
  const recorded = question.owners.get(path)?.find(({ cpv }) => isGoing(question, cpv))?.entry;
  if (recorded?.kind !== 'obj') return true;
  return (await md5OfFile(onDisk, info.size, question.signal)) !== recorded.md5;
}

const isGoing = ({ replaced, leaving }: MergeQuestion, cpv: string): boolean =>
  replaced.has(cpv) || leaving?.has(cpv) === true;

function siblingsOf(onDisk: string): ReadonlySet<string> {
  return new Set(readdirSync(dirname(onDisk)));
}

type Verdict = (MergeStep & { readonly isOverwriting?: true }) | Collision | null;

function judgeDirectory(question: MergeQuestion, path: string, info: Stats | null, entry: ContentsEntry): Verdict {
  if (!info) return { do: 'tree', image: entry.path, path, mode: question.directoryModes.get(entry.path) ?? 0o755 };
  // a link to a directory will do: what belongs into it goes where it leads, inside the root
  const followed = info.isSymbolicLink()
    ? statSync(question.paths.onDisk(`${entry.path}/.`), { throwIfNoEntry: false })
    : info;
  if (followed?.isDirectory()) return null;
  return { path: entry.path, owner: question.owners.get(path)?.[0]?.cpv ?? null, detail: 'not a directory' };
}

async function judgeFile(
  question: MergeQuestion,
  path: string,
  onDisk: string,
  info: Stats,
  entry: ContentsEntry,
): Promise<Verdict> {
  const place: MergeStep = { do: 'place', image: entry.path, path };
  const holders = question.owners.get(path) ?? [];
  if (info.isDirectory()) {
    return { path: entry.path, owner: holders[0]?.cpv ?? null, detail: 'a directory stands there' };
  }
  const other = holders.find(({ cpv }) => !isGoing(question, cpv));
  if (other) return { path: entry.path, owner: other.cpv, detail: 'owned by another package' };
  if (await mustKeepFile(question, path, onDisk, info, entry)) {
    return { ...place, path: protectedName(path, siblingsOf(onDisk)) };
  }
  if (holders.length === 0 && (await losesContent(question, onDisk, info, entry)))
    return { ...place, isOverwriting: true };
  return place;
}

/**
 * Decides how an image gets into the root without writing anything: which directories and files, what of the replaced
 * versions goes away, and what is in the way. A file is in the way when another package owns it; one that nobody owns is
 * replaced, as with the `protect-owned` of Portage's default FEATURES. What leaves in the same run hands its files over.
 */
export async function planMerge(question: MergeQuestion): Promise<MergePlan> {
  const steps: MergeStep[] = [];
  const collisions: Collision[] = [];
  const overwritten: string[] = [];
  const kept = new Set<string>();
  const handedOver = new Map<string, string[]>();
  let tree: Extract<MergeStep, { do: 'tree' }> | null = null;
  const judge = (entry: ContentsEntry): void | Promise<void> => {
    // nothing can stand in the way below a directory that is not there
    if (tree !== null && entry.path.startsWith(`${tree.image}/`)) {
      kept.add(tree.path + entry.path.slice(tree.image.length));
      return;
    }
    const path = question.paths.canonical(entry.path);
    const onDisk = join(question.paths.root, path);
    const info = statOrNull(onDisk);
    kept.add(path);
    if (entry.kind === 'dir') note(entry, path, judgeDirectory(question, path, info, entry));
    else if (!info) note(entry, path, { do: 'place', image: entry.path, path });
    else return judgeFile(question, path, onDisk, info, entry).then((verdict) => note(entry, path, verdict));
  };
  const note = (entry: ContentsEntry, path: string, verdict: Verdict): void => {
    if (verdict === null) return;
    if (!('do' in verdict)) {
      collisions.push(verdict);
      return;
    }
    if (entry.kind !== 'dir') {
      for (const holder of question.owners.get(path) ?? []) {
        if (question.replaced.has(holder.cpv) || holder.entry.kind === 'dir') continue;
        const paths = handedOver.get(holder.cpv) ?? [];
        paths.push(holder.entry.path);
        handedOver.set(holder.cpv, paths);
      }
    }
    const { isOverwriting, ...step } = verdict;
    if (isOverwriting) overwritten.push(entry.path);
    steps.push(step);
    if (step.do === 'tree') tree = step;
  };
  await inTurns(question.contents, judge, question.signal);
  if (collisions.length > 0) return { kind: 'collisions', collisions };
  return {
    kind: 'ready',
    steps,
    obsolete: await obsoletePaths(question, kept),
    overwritten,
    handedOver: [...handedOver].map(([cpv, paths]) => ({ cpv, paths })),
  };
}

/**
 * Canonical paths that `replaced` packages own and nobody else does, without those in `kept`, deepest first. A protected
 * file that was changed since it was merged is left where it is.
 */
export async function obsoletePaths(
  question: Pick<MergeQuestion, 'owners' | 'replaced' | 'paths' | 'protection' | 'signal'>,
  kept: ReadonlySet<string>,
): Promise<readonly string[]> {
  const obsolete: string[] = [];
  for (const [path, holders] of question.owners.of(question.replaced)) {
    if (kept.has(path)) continue;
    if (holders.some(({ cpv }) => !question.replaced.has(cpv))) continue;
    const entry = holders[0]?.entry;
    if (entry?.kind === 'obj' && isProtected(entry.path, question.protection)) {
      const onDisk = question.paths.onDisk(entry.path);
      const info = statOrNull(onDisk);
      if (info?.isFile() && (await md5OfFile(onDisk, info.size, question.signal)) !== entry.md5) continue;
    }
    obsolete.push(path);
  }
  return obsolete.sort((a, b) => (a < b ? 1 : -1));
}
