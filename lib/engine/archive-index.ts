import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../home';
import type { ArchiveFile } from './source-table';

/** A file of an archive that is, by size and name, a distfile of Flatcar's trees. */
export interface IndexedFile extends ArchiveFile {
  /** name of the distfile */
  readonly name: string;
  /** it was fetched once, and size and SHA512 were those of the Manifest */
  readonly isChecked: boolean;
}

/** The index that `scripts/distfile-index.ts` writes, below the program's folder. */
export const indexFile = 'data/debian-sources.tsv';

const first = '# distfile\tbytes\tsuite\tsource package\tversion\tfile\tchecked';

/** The index as text: sorted, one file a line. */
export function formatIndex(files: readonly IndexedFile[]): string {
  const lines = files.map(({ name, sizeBytes, suite, source, version, file, isChecked }) =>
    [name, sizeBytes, suite, source, version, file, isChecked ? 'yes' : 'no'].join('\t'),
  );
  return `${[first, ...lines.sort()].join('\n')}\n`;
}

/** Reads what `formatIndex` writes; lines of another shape are skipped. */
export function parseIndex(text: string): ReadonlyMap<string, readonly IndexedFile[]> {
  const found = new Map<string, IndexedFile[]>();
  for (const line of text.split('\n')) {
    const [name, size, suite, source, version, file, checked] = line.split('\t');
    if (!name || !suite || !source || !version || !file || !/^\d+$/.test(size ?? '')) continue;
    const row = { name, sizeBytes: Number(size), suite, source, version, file, isChecked: checked === 'yes' };
    const list = found.get(name);
    if (list) list.push(row);
    else found.set(name, [row]);
  }
  return found;
}

let known: ReadonlyMap<string, readonly IndexedFile[]> | null = null;

/** Where Debian's archive has a distfile of this name and size, checked ones first; none when the index does not know. */
export function indexedFiles(name: string, sizeBytes: number): readonly IndexedFile[] {
  known ??= parseIndex(readIndex());
  const fitting = (known.get(name) ?? []).filter((file) => file.sizeBytes === sizeBytes);
  return [...fitting].sort((a, b) => Number(b.isChecked) - Number(a.isChecked));
}

function readIndex(): string {
  try {
    return readFileSync(join(programRoot(), indexFile), 'utf8');
  } catch {
    // the archive itself is asked then
    return '';
  }
}
