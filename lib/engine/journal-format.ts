import { dirname, posix } from 'node:path';
import { z } from 'zod';
import { tryParseCpv } from '../pms';
import { engineFolders, isWithin } from './engine-folders';
import type { TargetRoot } from './vdb';

const cpv = z.string().refine((text) => tryParseCpv(text) !== null);
const path = z
  .string()
  .refine((text) => text.startsWith('/') && posix.normalize(text) === text && !text.includes('\0'));
const mode = z.number().int().min(0).max(0o7777);

const step = z.discriminatedUnion('do', [
  /** a directory that the root lacks, with all that is in it; `mode` is the directory's */
  z.object({ do: z.literal('tree'), image: path, path, mode }).readonly(),
  /** anything else */
  z.object({ do: z.literal('place'), image: path, path }).readonly(),
  /** an empty directory: how journals of earlier versions begin a new one */
  z.object({ do: z.literal('directory'), path, mode }).readonly(),
]);

/** One change of the root. Paths are canonical inside the root; `image` is the path inside the image directory. */
export type MergeStep = z.infer<typeof step>;

const journal = z
  .object({
    format: z.literal(1),
    /** package whose entry is published at the end; null for an unmerge */
    cpv: cpv.nullable(),
    /** packages whose entries go away */
    removed: z.array(cpv).readonly(),
    steps: z.array(step).readonly(),
    /** canonical paths that go away, deepest first */
    obsolete: z.array(path).readonly(),
    /** files of packages about to leave that are the new one's from now on: their entries no longer name them */
    handedOver: z
      .array(z.object({ cpv, paths: z.array(path).readonly() }).readonly())
      .readonly()
      .default([]),
  })
  .readonly();

/**
 * The write-ahead record of one merge or unmerge. It is written when everything that the change needs stands beside it
 * (new files in `image/`, the new VDB entry in `-MERGING-…`) and before the first file of the root is touched. So a
 * change without a journal never began and is thrown away; a change with one is carried out again, step by step, until
 * it is complete: every step may be repeated.
 */
export type MergeJournal = z.infer<typeof journal>;

/** May a merge change this path of a root? Links that lead out of the prefix, or to what we trust, have been resolved. */
export function mayChange({ eprefix }: TargetRoot, changed: string): boolean {
  if (!isWithin(changed, eprefix)) return false;
  return !engineFolders.some((folder) => folder.isClosed && isWithin(changed, `${eprefix}/${folder.path}`));
}

/** The first path that a step must not change; null when all are fine. */
export function findForbidden(target: TargetRoot, steps: readonly MergeStep[]): string | null {
  const folders = engineFolders.map((folder) => `${target.eprefix}/${folder.path}`);
  const isFine = (candidate: MergeStep): boolean => {
    if (!mayChange(target, candidate.path)) return false;
    if (candidate.do === 'directory' || !folders.some((folder) => isWithin(candidate.path, folder))) return true;
    // what may stand there was judged by its path in the image, so it must not get there by a link
    return dirname(candidate.image) === dirname(candidate.path);
  };
  return steps.find((candidate) => !isFine(candidate))?.path ?? null;
}

/** Reads a journal as something that anybody may have written; null when it would do what no merge does. */
export function parseJournal(target: TargetRoot, text: string): MergeJournal | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const { success, data: found } = journal.safeParse(data);
  if (!success || findForbidden(target, found.steps) !== null) return null;
  return found.obsolete.every((gone) => mayChange(target, gone)) ? found : null;
}
