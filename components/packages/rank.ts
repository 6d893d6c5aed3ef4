import type { PackageRow } from '@/lib/api/wire';

interface SearchText {
  readonly full: string;
  readonly name: string;
  readonly text: string;
}

/** Made once a row: a tree has thousands of them, and each letter looks at all. */
const searchTexts = new WeakMap<PackageRow, SearchText>();

function searchTextOf(row: PackageRow): SearchText {
  const known = searchTexts.get(row);
  if (known) return known;
  const full = row.name.toLowerCase();
  const made = { full, name: full.slice(full.indexOf('/') + 1), text: `${full} ${row.description.toLowerCase()}` };
  searchTexts.set(row, made);
  return made;
}

/** Packages in which every word occurs, best first: exact name, start of the name, in the name, in the description. */
export function rankPackages(rows: readonly PackageRow[], query: string): readonly PackageRow[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [first] = words;
  if (first === undefined) return rows;
  const score = (row: PackageRow): number => {
    const { full, name, text } = searchTextOf(row);
    if (!words.every((word) => text.includes(word))) return -1;
    if (name === first || full === first) return 0;
    if (name.startsWith(first)) return 1;
    return full.includes(first) ? 2 : 3;
  };
  return rows
    .map((row) => ({ row, score: score(row) }))
    .filter((ranked) => ranked.score >= 0)
    .sort((a, b) => a.score - b.score)
    .map((ranked) => ranked.row);
}
