import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentsEntry } from './contents';
import type { RootedPaths } from './rooted-path';
import type { Ownership, TargetRoot } from './vdb';
import { listInstalled, readEntryFile, readInstalledContents, vdbDirectory, vdbEntryDirectory } from './vdb';

/** Who owns the files of a root, at one moment. */
export interface Owners {
  /** owners of a canonical path; undefined: nobody */
  get(path: string): readonly Ownership[] | undefined;
  /** canonical paths of these packages with all of their owners */
  of(packages: ReadonlySet<string>): Iterable<readonly [string, readonly Ownership[]]>;
  /** highest COUNTER of an entry; 0: there is none */
  readonly highestCounter: number;
}

interface KnownEntry {
  /** tells whether its files are still those that were read */
  readonly identity: string;
  readonly contents: readonly ContentsEntry[];
  readonly counter: number;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Null: it is not there, or a link, whose target may change unseen. People may have put a file where an entry belongs. */
function identityOf(file: string): string | null {
  try {
    const info = lstatSync(file, { bigint: true });
    return info.isFile() ? `${info.dev}:${info.ino}:${info.size}:${info.mtimeNs}:${info.ctimeNs}` : null;
  } catch {
    return null;
  }
}

/**
 * What the package database of one root says of files. A merge reads only what changed since the one before it, so the
 * hundredth does not cost a hundred times the first. Paths are kept as packages wrote them, by their last name, which no link
 * in the directory part changes: where they lead is asked at each merge anew.
 */
class OwnerIndex {
  private readonly entries = new Map<string, KnownEntry>();
  private readonly byName = new Map<string, Ownership[]>();

  constructor(private readonly target: TargetRoot) {}

  async refresh(): Promise<void> {
    const installed = new Set(await listInstalled(this.target));
    for (const cpv of this.entries.keys()) if (!installed.has(cpv)) this.forget(cpv);
    for (const cpv of installed) {
      const folder = vdbEntryDirectory(this.target, cpv);
      const parts = ['CONTENTS', 'COUNTER'].map((name) => identityOf(join(folder, name)));
      const identity = parts.includes(null) ? '' : parts.join(' ');
      if (identity !== '' && this.entries.get(cpv)?.identity === identity) continue;
      this.forget(cpv);
      this.learn(cpv, {
        identity,
        contents: await readInstalledContents(this.target, cpv),
        counter: Number(await readEntryFile(this.target, cpv, 'COUNTER')) || 0,
      });
    }
  }

  private learn(cpv: string, known: KnownEntry): void {
    this.entries.set(cpv, known);
    for (const entry of known.contents) {
      const name = nameOf(entry.path);
      const holders = this.byName.get(name);
      if (holders) holders.push({ cpv, entry });
      else this.byName.set(name, [{ cpv, entry }]);
    }
  }

  private forget(cpv: string): void {
    const known = this.entries.get(cpv);
    if (!known) return;
    this.entries.delete(cpv);
    for (const name of new Set(known.contents.map(({ path }) => nameOf(path)))) {
      const left = (this.byName.get(name) ?? []).filter((holder) => holder.cpv !== cpv);
      if (left.length > 0) this.byName.set(name, left);
      else this.byName.delete(name);
    }
  }

  owners(paths: RootedPaths): Owners {
    const get = (path: string): readonly Ownership[] | undefined => {
      const holders = this.byName.get(nameOf(path))?.filter(({ entry }) => paths.canonical(entry.path) === path);
      return holders && holders.length > 0 ? holders : undefined;
    };
    const { entries } = this;
    return {
      get,
      *of(packages) {
        const seen = new Set<string>();
        for (const cpv of packages) {
          for (const entry of entries.get(cpv)?.contents ?? []) {
            const path = paths.canonical(entry.path);
            if (seen.has(path)) continue;
            seen.add(path);
            yield [path, get(path) ?? []];
          }
        }
      },
      highestCounter: Math.max(0, ...[...entries.values()].map(({ counter }) => counter)),
    };
  }
}

/** Roots of which is remembered what was read: those of a run, and a few that packages are built in. */
const rememberedRoots = 8;
const indexes = new Map<string, OwnerIndex>();

/** Who owns what in a root now. The caller holds the lock of the prefix. */
export async function ownersIn(target: TargetRoot, paths: RootedPaths): Promise<Owners> {
  const key = vdbDirectory(target);
  const index = indexes.get(key) ?? new OwnerIndex(target);
  indexes.delete(key);
  indexes.set(key, index);
  for (const old of [...indexes.keys()].slice(0, -rememberedRoots)) indexes.delete(old);
  await index.refresh();
  return index.owners(paths);
}
