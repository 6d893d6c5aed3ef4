import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardFacts } from '../layout/names';
import { type ElfFacts, isElf, parseElf } from './elf';
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
    const content = await readWhole(join(tree.root, entry.path), entry.sizeBytes);
    if (isElf(content)) {
      const facts = parseElf(content);
      if (facts) elfs.push({ entry, facts });
    } else if (content[0] === 0x23 && content[1] === 0x21) {
      const line = content.subarray(2, 258).toString('utf8').split('\n')[0] ?? '';
      scripts.push({ entry, interpreterLine: line.trim() });
    }
    const hit = buildPaths.find((path) => content.includes(path));
    if (hit !== undefined) buildPathHits.push({ entry, text: surroundings(content, hit) });
  }
  const byPath = new Map(tree.entries.map((entry) => [entry.path, entry]));
  return { tree, eprefix, board, buildPaths, elfs, scripts, buildPathHits, byPath };
}

async function readWhole(path: string, sizeBytes: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const content = Buffer.allocUnsafe(sizeBytes);
    let at = 0;
    while (at < sizeBytes) {
      const { bytesRead } = await handle.read(content, at, Math.min(chunkBytes, sizeBytes - at), at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return content.subarray(0, at);
  } finally {
    await handle.close();
  }
}

/** The printable text around a hit, for a person to recognise it. */
function surroundings(content: Buffer, hit: string): string {
  const at = content.indexOf(hit);
  const text = content.subarray(at, at + 120).toString('latin1');
  return /^[\x20-\x7e]+/.exec(text)?.[0] ?? hit;
}
