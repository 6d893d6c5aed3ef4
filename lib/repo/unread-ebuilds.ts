import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import type { RepositoryCandidate } from './candidate';
import { candidateOf, type EbuildIndex, generatedCache, type PendingEbuild } from './ebuild-index';
import { limits } from './limits';
import { type Metadata, parseCacheEntry } from './metadata';
import type { MetadataReport } from './metadata-driver';
import type { Repository } from './repositories';

/** Somebody asked for a package whose ebuilds nobody has read yet. Read them, and ask again. */
export class UnreadEbuilds extends Error {
  /** `packageName`: `category/PN`; `isLast`: who asks does not go on to what it depends on */
  constructor(
    readonly packageName: string,
    readonly isLast = false,
  ) {
    super(`the ebuilds of ${packageName} are not read yet`);
  }
}

const nameOf = ({ category, path }: PendingEbuild): string => `${category}/${path.split('/').at(-2)}`;

/**
 * An index whose ebuilds without metadata count too: asked for a package that has such, it throws `UnreadEbuilds` until
 * they were read. Names are all known, since they are the names of folders.
 */
export class UnreadIndex implements EbuildIndex {
  readonly repository: string;
  readonly size: number;
  readonly refused: EbuildIndex['refused'];
  readonly fingerprint: string;
  readonly reread: number;
  private readonly unread = new Map<string, PendingEbuild[]>();
  private readonly read = new Map<string, readonly RepositoryCandidate[]>();
  private readonly names: readonly string[];

  constructor(
    private readonly index: EbuildIndex,
    private readonly of: Repository,
    private readonly cacheFolder: string,
  ) {
    this.repository = index.repository;
    this.size = index.size + index.pending.length;
    this.refused = index.refused;
    this.fingerprint = index.fingerprint;
    this.reread = index.reread;
    for (const ebuild of index.pending) {
      const name = nameOf(ebuild);
      const list = this.unread.get(name);
      if (list) list.push(ebuild);
      else this.unread.set(name, [ebuild]);
    }
    this.names = [...new Set([...index.qualifiedNames(), ...this.unread.keys()])].sort();
  }

  /** what is still to be read */
  get pending(): readonly PendingEbuild[] {
    return [...this.unread.values()].flat();
  }

  /** what is to be read of one package; none: it is known */
  pendingOf(name: string): readonly PendingEbuild[] {
    return this.unread.get(name) ?? [];
  }

  /** `category/PN` of what is still to be read */
  unreadNames(): readonly string[] {
    return [...this.unread.keys()];
  }

  /** Takes in what was just read of packages. */
  take(names: Iterable<string>, { failed }: MetadataReport): void {
    const cache = generatedCache(this.cacheFolder, this.of);
    for (const name of names) {
      const ebuilds = this.unread.get(name);
      if (!ebuilds) continue;
      const found = ebuilds.flatMap(({ category, pf }) => {
        const pvr = pf.slice(name.length - category.length);
        const reason = failed.find(({ cpv }) => cpv === `${category}/${pf}`)?.message;
        const metadata = reason
          ? { EAPI: '8', SLOT: '0', _unavailable_: reason }
          : readEntry(cache, join(cache, category, pf));
        return metadata ? (candidateOf(name, pvr, this.repository, metadata) ?? []) : [];
      });
      this.unread.delete(name);
      this.read.set(name, [...this.index.packages(name), ...found]);
    }
  }

  packages(name: string): readonly RepositoryCandidate[] {
    if (this.unread.has(name)) throw new UnreadEbuilds(name);
    return this.read.get(name) ?? this.index.packages(name);
  }

  qualifiedNames(): readonly string[] {
    return this.names;
  }
}

function readEntry(cache: string, path: string): Metadata | null {
  const answer = new ContainedFolder(cache).read(path, limits.cacheEntryBytes);
  return answer.kind === 'content' ? parseCacheEntry(answer.data.toString('utf8')) : null;
}
