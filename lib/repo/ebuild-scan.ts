import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCategory } from '../pms';
import { words } from './incremental';
import type { Repository, RepositorySet } from './repositories';

/** Time of change and size of a file: equal stamp, equal content. `-` when there is no such file. */
export type Stamp = string;

export function stampOf(path: string): Stamp {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? `${found.mtimeMs}:${found.size}` : '-';
}

/** One ebuild, or one md5-cache entry of a tree that has no ebuilds. */
export interface FoundEbuild {
  readonly category: string;
  /** PN of the folder; null in a tree without ebuilds, where the name has to be split */
  readonly pn: string | null;
  readonly pf: string;
  /** null in a tree without ebuilds */
  readonly path: string | null;
}

function foldersOf(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

/** Names in folders with the time of their last change: while that is the same, the names are. */
export type FolderListings = Record<string, readonly [changedMs: number, names: readonly string[]]>;

/** Lists folders below one place; what `before` knows is not listed again. */
class Lister {
  readonly listings: FolderListings = {};

  constructor(
    private readonly base: string,
    private readonly before: FolderListings,
  ) {}

  files(folder: string): readonly string[] {
    const path = join(this.base, folder);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isDirectory()) return [];
    const old = this.before[folder];
    const listing = old && old[0] === found.mtimeMs ? old : ([found.mtimeMs, readdirSync(path)] as const);
    this.listings[folder] = listing;
    return listing[1];
  }
}

/** Categories of a repository: what its own and its masters' `profiles/categories` list. Source: PMS 4.4. */
function categoriesOf(repository: Repository, repositories: RepositorySet): ReadonlySet<string> {
  const names = new Set<string>();
  for (const name of [...repository.masters, repository.name]) {
    const location = repositories.byName.get(name)?.location;
    if (location === undefined) continue;
    try {
      const text = readFileSync(join(location, 'profiles/categories'), 'utf8');
      for (const row of text.split('\n')) if (!row.startsWith('#')) for (const word of words(row)) names.add(word);
    } catch {
      // a repository may do without
    }
  }
  return names;
}

/**
 * Every ebuild of a repository. A tree that has none but has `metadata/md5-cache` is taken by its cache entries:
 * such trees are handed around to plan with. `before` are the listings of an earlier scan.
 */
export function scanEbuilds(
  repository: Repository,
  repositories: RepositorySet,
  before: FolderListings = {},
): { readonly ebuilds: readonly FoundEbuild[]; readonly listings: FolderListings } {
  const ebuilds: FoundEbuild[] = [];
  const lister = new Lister(repository.location, before);
  const known = categoriesOf(repository, repositories);
  for (const category of foldersOf(repository.location)) {
    if (!known.has(category)) continue;
    for (const pn of foldersOf(join(repository.location, category))) {
      const folder = `${category}/${pn}`;
      for (const file of lister.files(folder)) {
        if (!file.endsWith('.ebuild') || !file.startsWith(`${pn}-`)) continue;
        ebuilds.push({ category, pn, pf: file.slice(0, -7), path: `${repository.location}/${folder}/${file}` });
      }
    }
  }
  if (ebuilds.length > 0) return { ebuilds, listings: lister.listings };
  const cache = 'metadata/md5-cache';
  for (const category of foldersOf(join(repository.location, cache))) {
    if (!isCategory(category)) continue;
    for (const pf of lister.files(`${cache}/${category}`)) ebuilds.push({ category, pn: null, pf, path: null });
  }
  return { ebuilds, listings: lister.listings };
}
