import { join } from 'node:path';
import type { BoardFacts } from '../layout/names';
import { ContentSearch, type SearchLimits } from './content-search';
import { type ElfFacts, isElf } from './elf';
import { readElfFile } from './file-bytes';
import type { FileEntry, FileTree } from './tree';

/** A prefix under proof: its final root, read once. */
export interface ProofSubject {
  readonly tree: FileTree;
  /** EPREFIX */
  readonly eprefix: string;
  readonly board: BoardFacts;
  /** paths that must not appear in any file: staging root, work folders */
  readonly buildPaths: readonly string[];
  readonly elfs: readonly ElfFile[];
  /** interpreter line without `#!`, by path */
  readonly scripts: readonly ScriptFile[];
  readonly buildPathHits: readonly { readonly entry: FileEntry; readonly text: string }[];
  /** files that are too large to be looked into */
  readonly tooLarge: readonly FileEntry[];
  readonly byPath: ReadonlyMap<string, FileEntry>;
}

export interface ElfFile {
  readonly entry: FileEntry;
  readonly facts: ElfFacts;
}

export interface ScriptFile {
  readonly entry: FileEntry;
  readonly interpreterLine: string;
}

/** Package manager records and configuration do not run; everything else is under proof. */
export function isUnderProof(path: string, eprefix: string): boolean {
  return !path.startsWith(`${eprefix}/var/db/pkg/`) && !path.startsWith(`${eprefix}/etc/portage/`);
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly limits?: SearchLimits;
}

/** Reads every file of the tree once, except giants and holes. Throws AbortError. Cost: the bytes of the final root. */
export async function readSubject(
  tree: FileTree,
  eprefix: string,
  board: BoardFacts,
  buildPaths: readonly string[],
  { signal, limits }: ReadOptions = {},
): Promise<ProofSubject> {
  const search = new ContentSearch(buildPaths, signal, limits);
  const tooLarge: FileEntry[] = [];
  const elfs: ElfFile[] = [];
  const scripts: ScriptFile[] = [];
  const buildPathHits: { entry: FileEntry; text: string }[] = [];
  for (const entry of tree.entries) {
    if (entry.kind !== 'file' || !isUnderProof(entry.path, eprefix)) continue;
    const { head, hit, isTooLarge } = await search.search(join(tree.root, entry.path));
    if (isElf(head)) {
      const facts = readElfFile(join(tree.root, entry.path));
      if (facts) elfs.push({ entry, facts });
    } else if (head[0] === 0x23 && head[1] === 0x21) {
      const line = head.subarray(2).toString('utf8').split('\n')[0] ?? '';
      scripts.push({ entry, interpreterLine: line.trim() });
    }
    if (isTooLarge) tooLarge.push(entry);
    if (hit !== null) buildPathHits.push({ entry, text: hit });
  }
  const byPath = new Map(tree.entries.map((entry) => [entry.path, entry]));
  return { tree, eprefix, board, buildPaths, elfs, scripts, buildPathHits, tooLarge, byPath };
}
