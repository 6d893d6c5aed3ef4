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

function filesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
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
 * such trees are handed around to plan with.
 */
export function scanEbuilds(repository: Repository, repositories: RepositorySet): FoundEbuild[] {
  const found: FoundEbuild[] = [];
  const known = categoriesOf(repository, repositories);
  for (const category of foldersOf(repository.location)) {
    if (!known.has(category)) continue;
    for (const pn of foldersOf(join(repository.location, category))) {
      for (const file of filesOf(join(repository.location, category, pn))) {
        if (!file.endsWith('.ebuild') || !file.startsWith(`${pn}-`)) continue;
        found.push({
          category,
          pn,
          pf: file.slice(0, -7),
          path: join(repository.location, category, pn, file),
        });
      }
    }
  }
  if (found.length > 0) return found;
  const cache = join(repository.location, 'metadata/md5-cache');
  for (const category of foldersOf(cache)) {
    if (!isCategory(category)) continue;
    for (const pf of filesOf(join(cache, category))) found.push({ category, pn: null, pf, path: null });
  }
  return found;
}
