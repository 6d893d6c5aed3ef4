import { readFileSync } from 'node:fs';
import type { Board } from '../lib/layout/names';
import type { PrefixSettings } from '../lib/repo';

/** A package that Portage merges. */
export interface Merged {
  readonly cpv: string;
  readonly repo: string;
  readonly slot: string;
  readonly root: 'target' | 'host';
  readonly use: readonly string[];
}

/** One request, and what Portage planned for it. */
export interface Recorded {
  /** of a sample: `SEED.NUMBER` */
  readonly id?: string;
  readonly kind: 'staging' | 'runtime';
  readonly board: Board;
  readonly python_targets: string;
  /** one request, or several with blanks between */
  readonly atom: string;
  /** what a user set beside the defaults; left out: nothing */
  readonly settings?: Partial<PrefixSettings>;
  readonly success: boolean;
  readonly merge?: readonly Merged[];
  readonly failure?: { readonly reason: string; readonly atom: string; readonly text?: string };
}

/** Rows of a file of recorded plans; null for a JSONL file of something else, such as the host's packages. */
export function readRecorded(file: string): Recorded[] | null {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((row) => row.trim() !== '')
    .map((row) => JSON.parse(row) as Partial<Recorded>);
  const isRecorded = (row: Partial<Recorded>): row is Recorded => row.atom !== undefined && row.success !== undefined;
  return rows.every(isRecorded) ? rows : null;
}
