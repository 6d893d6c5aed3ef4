import { compareVersions } from '../pms';
import type { RepositoryCandidate } from './candidate';

/** Somewhere packages come from: repositories, a VDB, a folder of binary packages. */
export interface PackageSource {
  /** packages of one qualified name, in no particular order */
  packages(qualifiedName: string): readonly RepositoryCandidate[];
  /** sorted */
  qualifiedNames(): readonly string[];
  /** true: its packages are there with all they need, and nobody looks behind them; left out: some have dependencies */
  isBare?(): boolean;
}

/** The same source, of packages behind which nobody looks. */
export const bare = (source: PackageSource): PackageSource => ({
  packages: (name) => source.packages(name),
  qualifiedNames: () => source.qualifiedNames(),
  isBare: () => true,
});

const isBare = (source: PackageSource): boolean => source.isBare?.() === true;

/** A source over a list held in memory. */
export function listSource(candidates: Iterable<RepositoryCandidate>): PackageSource {
  const byName = new Map<string, RepositoryCandidate[]>();
  for (const candidate of candidates) {
    const list = byName.get(candidate.qualifiedName);
    if (list) list.push(candidate);
    else byName.set(candidate.qualifiedName, [candidate]);
  }
  const names = [...byName.keys()].sort();
  return { packages: (name) => byName.get(name) ?? [], qualifiedNames: () => names };
}

/** A source that is made when somebody asks it something. */
export function lazySource(make: () => PackageSource): PackageSource {
  let made: PackageSource | undefined;
  const source = (): PackageSource => {
    made ??= make();
    return made;
  };
  return {
    packages: (name) => source().packages(name),
    qualifiedNames: () => source().qualifiedNames(),
    isBare: () => isBare(source()),
  };
}

/** A source that makes the packages of a name when somebody asks for them, once. `names`: sorted */
export function onDemandSource(
  names: () => readonly string[],
  make: (qualifiedName: string) => readonly RepositoryCandidate[],
): PackageSource {
  const made = new Map<string, readonly RepositoryCandidate[]>();
  return {
    qualifiedNames: names,
    packages(name) {
      let list = made.get(name);
      if (list === undefined) {
        list = make(name);
        made.set(name, list);
      }
      return list;
    },
  };
}

/** The same packages, each changed. */
export const mappedSource = (
  source: PackageSource,
  change: (candidate: RepositoryCandidate) => RepositoryCandidate,
): PackageSource =>
  onDemandSource(
    () => source.qualifiedNames(),
    (name) => source.packages(name).map(change),
  );

const priorityAmongEbuilds = (candidate: RepositoryCandidate, priority: number): number =>
  candidate.kind === 'ebuild' ? priority : 0;

/**
 * Orders highest version first, then ebuilds by the priority of their repository, then binary packages: newer builds
 * before older, whatever repository they were built from.
 */
export function byPreference(
  priorityOf: (repository: string) => number,
): (a: RepositoryCandidate, b: RepositoryCandidate) => number {
  return (a, b) =>
    compareVersions(b.version, a.version) ||
    Number(b.kind === 'ebuild') - Number(a.kind === 'ebuild') ||
    priorityAmongEbuilds(b, priorityOf(b.repository)) - priorityAmongEbuilds(a, priorityOf(a.repository)) ||
    (b.buildTime ?? 0) - (a.buildTime ?? 0) ||
    (b.buildId ?? 0) - (a.buildId ?? 0) ||
    (a.repository < b.repository ? -1 : a.repository > b.repository ? 1 : 0);
}

/** Several sources as one. */
export function joinSources(sources: readonly PackageSource[]): PackageSource {
  const [only] = sources;
  if (only && sources.length === 1) return only;
  let names: readonly string[] | undefined;
  return {
    packages: (name) => sources.flatMap((source) => source.packages(name)),
    qualifiedNames() {
      names ??= [...new Set(sources.flatMap((source) => source.qualifiedNames()))].sort();
      return names;
    },
    isBare: () => sources.every(isBare),
  };
}
