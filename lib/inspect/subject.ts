import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardFacts } from '../layout/names';
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

const chunkBytes = 4 * 1024 * 1024;

/** Reads every file of the tree once. Cost: the bytes of the final root. */
export async function readSubject(
  tree: FileTree,
  eprefix: string,
  board: BoardFacts,
  buildPaths: readonly string[],
): Promise<ProofSubject> {
  const elfs: ElfFile[] = [];
  const scripts: ScriptFile[] = [];
  const buildPathHits: { entry: FileEntry; text: string }[] = [];
  for (const entry of tree.entries) {
    if (entry.kind !== 'file' || !isUnderProof(entry.path, eprefix)) continue;
    const { head, hit } = await searchFile(join(tree.root, entry.path), buildPaths);
    if (isElf(head)) {
      const facts = readElfFile(join(tree.root, entry.path));
      if (facts) elfs.push({ entry, facts });
    } else if (head[0] === 0x23 && head[1] === 0x21) {
      const line = head.subarray(2).toString('utf8').split('\n')[0] ?? '';
      scripts.push({ entry, interpreterLine: line.trim() });
    }
    if (hit !== null) buildPathHits.push({ entry, text: hit });
  }
  const byPath = new Map(tree.entries.map((entry) => [entry.path, entry]));
  return { tree, eprefix, board, buildPaths, elfs, scripts, buildPathHits, byPath };
}

/** What `#!` lines and file kinds are told from. */
const headBytes = 258;
/** what is shown behind the beginning of a hit */
const hitBytes = 120;

/** The first bytes of a file, and the text at the first of `wanted` in it. Memory: one piece, whatever the size. */
async function searchFile(
  path: string,
  wanted: readonly string[],
): Promise<{ readonly head: Buffer; readonly hit: string | null }> {
  const overlap = Math.max(hitBytes, ...wanted.map((text) => Buffer.byteLength(text)));
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const piece = Buffer.allocUnsafe(Math.min(chunkBytes, (await handle.stat()).size) + overlap);
    let head: Buffer | null = null;
    let kept = 0;
    for (let at = 0; ; ) {
      const { bytesRead } = await handle.read(piece, kept, piece.length - kept, at);
      const content = piece.subarray(0, kept + bytesRead);
      head ??= Buffer.from(content.subarray(0, headBytes));
      const hit = wanted.find((text) => content.includes(text));
      if (hit !== undefined) return { head, hit: surroundings(content, hit) };
      if (bytesRead === 0) return { head, hit: null };
      at += bytesRead;
      kept = Math.min(overlap, content.length);
      content.copy(piece, 0, content.length - kept);
    }
  } finally {
    await handle.close();
  }
}

/** The printable text around a hit, for a person to recognise it. */
function surroundings(content: Buffer, hit: string): string {
  const at = content.indexOf(hit);
  const text = content.subarray(at, at + hitBytes).toString('latin1');
  return /^[\x20-\x7e]+/.exec(text)?.[0] ?? hit;
}
