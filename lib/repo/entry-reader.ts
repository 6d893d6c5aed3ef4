import { join } from 'node:path';
import { ContainedFolder, type FileAnswer, type Refusal } from '../host/contained-file';
import type { FoundEbuild } from './ebuild-scan';
import { limits } from './limits';
import type { Repository } from './repositories';

/** Reads ebuilds and cache entries of one repository; what is refused is kept to be told. */
export class EntryReader {
  readonly refused: Refusal[] = [];
  private leftBytes: number = limits.repositoryBytes;
  private readonly repository: ContainedFolder;
  private readonly caches: readonly ContainedFolder[];

  constructor(
    repository: Repository,
    private readonly cacheFolders: readonly string[],
  ) {
    this.repository = new ContainedFolder(repository.location);
    // the first cache stands in the repository, ours stands on its own
    this.caches = cacheFolders.map((folder, at) => (at === 0 ? this.repository : new ContainedFolder(folder)));
  }

  /** `missing` too in a tree without ebuilds */
  ebuild({ path }: FoundEbuild): FileAnswer {
    return path === null ? { kind: 'missing' } : this.read(this.repository, path, limits.ebuildBytes);
  }

  /** the entry in each cache, read one after the other */
  *entries({ category, pf }: FoundEbuild): Generator<FileAnswer> {
    for (const [at, folder] of this.caches.entries()) {
      const path = join(this.cacheFolders[at] as string, category, pf);
      const answer = this.read(folder, path, limits.cacheEntryBytes);
      yield answer.kind === 'content' && hasGiantLine(answer.data) ? this.refuse({ path, reason: giantLine }) : answer;
    }
  }

  /** Tells again what an earlier opening told of an ebuild whose files are the same. */
  repeat({ path, category, pf }: FoundEbuild, before: readonly Refusal[]): void {
    if (before.length === 0) return;
    const paths = [path, ...this.cacheFolders.map((folder) => join(folder, category, pf))];
    this.refused.push(...before.filter((refusal) => paths.includes(refusal.path)));
  }

  private read(folder: ContainedFolder, path: string, mostBytes: number): FileAnswer {
    const answer = folder.read(path, Math.min(mostBytes, this.leftBytes));
    if (answer.kind === 'content') this.leftBytes -= answer.data.length;
    return answer.kind === 'refused' ? this.refuse(answer) : answer;
  }

  private refuse({ path, reason }: Refusal): FileAnswer {
    this.refused.push({ path, reason });
    return { kind: 'refused', path, reason };
  }
}

const giantLine = `has a line of more than ${limits.cacheValueBytes} bytes`;

function hasGiantLine(data: Buffer): boolean {
  let start = 0;
  while (data.length - start > limits.cacheValueBytes) {
    const end = data.indexOf(10, start);
    if (end < 0 || end - start > limits.cacheValueBytes) return true;
    start = end + 1;
  }
  return false;
}
