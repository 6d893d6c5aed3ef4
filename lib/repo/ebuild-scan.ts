import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ContainedFolder, type Refusal } from '../host/contained-file';
import { isCategory, isPackageName } from '../pms';
import { limits } from './limits';
import type { Repository, RepositorySet } from './repositories';

/** Time of change and size of a file: equal stamp, equal content. `-` when there is no such file. */
export type Stamp = string;

export function stampOf(path: string): Stamp {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? `${found.mtimeMs}:${found.size}` : '-';
  } catch {
    // a link to itself, a folder that may not be entered
    return '-';
  }
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

/** Names in folders with the time of their last change: while that is the same, the names are. */
export type FolderListings = Record<string, readonly [changedMs: number, names: readonly string[]]>;

/** Lists folders of one repository; what `before` knows is not listed again. */
class Lister {
  readonly listings: FolderListings = {};
  readonly refused: Refusal[] = [];

  constructor(
    private readonly repository: ContainedFolder,
    private readonly before: FolderListings,
  ) {}

  /** names of folders in a folder, sorted; files may be among them, in which nothing will be found */
  folders(folder: string): readonly string[] {
    return this.list(join(this.repository.path, folder)) ?? [];
  }

  files(folder: string): readonly string[] {
    const path = join(this.repository.path, folder);
    const changedMs = folderTime(path);
    if (changedMs === null) return [];
    const old = this.before[folder];
    const before = old && old[0] === changedMs ? old[1] : null;
    const names = before ?? this.list(path);
    // what was refused is asked again, so that it is told again
    if (names !== null) this.listings[folder] = [changedMs, names];
    return names ?? [];
  }

  refuse(path: string, reason: string): void {
    this.refused.push({ path, reason });
  }

  private list(path: string): readonly string[] | null {
    const answer = this.repository.list(path, limits.folderEntries);
    if (answer.kind === 'refused') this.refuse(answer.path, answer.reason);
    return answer.kind === 'content' ? answer.names : null;
  }
}

function folderTime(path: string): number | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() ? found.mtimeMs : null;
  } catch {
    return null;
  }
}

export interface ScannedEbuilds {
  readonly ebuilds: readonly FoundEbuild[];
  readonly listings: FolderListings;
  /** folders that were not listed, and why */
  readonly refused: readonly Refusal[];
}

/**
 * Every ebuild of a repository. A tree that has none but has `metadata/md5-cache` is taken by its cache entries:
 * such trees are handed around to plan with. `before` are the listings of an earlier scan. Names that no package can
 * have (PMS 3.1) are passed over; so is what comes behind `limits`, which is told in `refused`.
 */
export function scanEbuilds(
  repository: Repository,
  repositories: RepositorySet,
  before: FolderListings = {},
): ScannedEbuilds {
  const folder = new ContainedFolder(repository.location);
  const lister = new Lister(folder, before);
  let ebuilds = atMost(findEbuilds(repository, lister, repositories.categories));
  if (ebuilds.length === 0) ebuilds = atMost(findCacheEntries(lister));
  if (ebuilds.length === limits.ebuilds) {
    lister.refuse(repository.location, `holds ${limits.ebuilds} ebuilds or more; the rest is left out`);
  }
  return { ebuilds, listings: lister.listings, refused: lister.refused };
}

function atMost(found: Iterable<FoundEbuild>): readonly FoundEbuild[] {
  const taken: FoundEbuild[] = [];
  for (const each of found) {
    taken.push(each);
    if (taken.length === limits.ebuilds) break;
  }
  return taken;
}

function* findEbuilds(repository: Repository, lister: Lister, categories: ReadonlySet<string>): Generator<FoundEbuild> {
  let left: number = limits.packages;
  for (const category of lister.folders('')) {
    if (!categories.has(category)) continue;
    for (const pn of lister.folders(category)) {
      if (!isPackageName(pn)) continue;
      if (left-- === 0) {
        lister.refuse(repository.location, `holds more than ${limits.packages} packages; the rest is left out`);
        return;
      }
      const folder = `${category}/${pn}`;
      for (const file of lister.files(folder)) {
        if (!file.endsWith('.ebuild') || !file.startsWith(`${pn}-`)) continue;
        yield { category, pn, pf: file.slice(0, -7), path: `${repository.location}/${folder}/${file}` };
      }
    }
  }
}

function* findCacheEntries(lister: Lister): Generator<FoundEbuild> {
  const cache = 'metadata/md5-cache';
  for (const category of lister.folders(cache)) {
    if (!isCategory(category)) continue;
    for (const pf of lister.files(`${cache}/${category}`)) yield { category, pn: null, pf, path: null };
  }
}
