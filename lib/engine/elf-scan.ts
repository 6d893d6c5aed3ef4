import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ElfFacts } from '../inspect/elf';
import { isElf, machineName } from '../inspect/elf';
import { readElfFile } from '../inspect/file-bytes';
import type { ImageEntry } from './image-tree';
import { inTurns } from './in-turns';

/** An ELF file of an image. `path` is absolute as seen in ROOT. */
export interface ElfInImage {
  readonly path: string;
  readonly facts: ElfFacts;
}

function firstBytes(path: string, count: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

const archiveMagic = Buffer.from('!<arch>\n');

/** What the first bytes of a regular file say. */
export function binaryKind(path: string): 'elf' | 'archive' | null {
  const bytes = firstBytes(path, 8);
  if (isElf(bytes)) return 'elf';
  return archiveMagic.equals(bytes) ? 'archive' : null;
}

/** The ELF files of an image with their facts, in image order. Unreadable ELF (foreign byte order) is left out. */
export async function scanElfFiles(imageDir: string, entries: readonly ImageEntry[]): Promise<readonly ElfInImage[]> {
  const found: ElfInImage[] = [];
  await inTurns(entries, (entry) => {
    if (entry.kind !== 'file' || entry.sizeBytes < 52) return;
    const onDisk = join(imageDir, entry.path);
    const facts = readElfFile(onDisk);
    if (facts) found.push({ path: entry.path, facts });
  });
  return found;
}

/** Multilib category as Portage names it in PROVIDES and REQUIRES: machine family and word size. */
function multilibCategory({ machine, bits }: ElfFacts): string {
  const family = { 3: 'x86', 40: 'arm', 62: 'x86', 183: 'arm', 243: 'riscv' }[machine] ?? `${machine}`;
  return `${family}_${machine === 62 && bits === 32 ? 'x32' : bits}`;
}

/** A shared library without a soname is known by its file name, as Portage infers it. Programs may be of the same ELF type. */
function sonameOf({ path, facts }: ElfInImage): string | null {
  if (facts.soname !== null || !facts.dynamic || facts.type !== 'DYN' || facts.interpreter !== null)
    return facts.soname;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /\.so(\.|$)/.test(name) ? name : null;
}

/** ELF facts of a package as VDB files, those of static programs and objects too; a file without content is left out. */
export function neededFiles(elfs: readonly ElfInImage[]): ReadonlyMap<string, string> {
  const dynamic = elfs.filter(({ facts }) => facts.dynamic);
  const files = new Map([
    ['NEEDED', elfs.map(({ path, facts }) => `${path} ${facts.needed.join(',')}`).join('\n')],
    [
      'NEEDED.ELF.2',
      elfs
        .map((elf) => {
          const { path, facts } = elf;
          return [
            machineName(facts.machine),
            path,
            sonameOf(elf) ?? '',
            [...(facts.runpath.length > 0 ? facts.runpath : facts.rpath)].join(':'),
            facts.needed.join(','),
            multilibCategory(facts),
          ].join(';');
        })
        .join('\n'),
    ],
    ['PROVIDES', sonamesByCategory(dynamic, (elf) => [sonameOf(elf)].filter((name) => name !== null))],
    ['REQUIRES', requiredSonames(dynamic)],
  ]);
  for (const [name, text] of files) if (text === '') files.delete(name);
  return files;
}

function sonamesByCategory(elfs: readonly ElfInImage[], sonames: (elf: ElfInImage) => readonly string[]): string {
  const byCategory = new Map<string, Set<string>>();
  for (const elf of elfs) {
    const category = multilibCategory(elf.facts);
    const known = byCategory.get(category) ?? new Set();
    for (const soname of sonames(elf)) known.add(soname);
    byCategory.set(category, known);
  }
  return [...byCategory]
    .filter(([, names]) => names.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, names]) => `${category}: ${[...names].sort().join(' ')}`)
    .join(' ');
}

/** NEEDED sonames that the package does not bring itself, as soname or, for private libraries without one, as file name. */
function requiredSonames(elfs: readonly ElfInImage[]): string {
  const own = new Set(elfs.map(({ facts }) => `${multilibCategory(facts)} ${facts.soname}`));
  const files = new Set(
    elfs
      .filter(({ facts }) => facts.soname === null)
      .map(({ path, facts }) => `${multilibCategory(facts)} ${path.slice(path.lastIndexOf('/') + 1)}`),
  );
  return sonamesByCategory(elfs, ({ facts }) => {
    const category = multilibCategory(facts);
    return facts.needed.filter((name) => !own.has(`${category} ${name}`) && !files.has(`${category} ${name}`));
  });
}
