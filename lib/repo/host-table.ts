import { readFileSync } from 'node:fs';
import { splitVersion } from '../pms';
import { makeCandidate, type RepositoryCandidate } from './candidate';
import { RepoError } from './errors';
import { onDemandSource, type PackageSource } from './package-source';

/** One package that a host is taken to have. */
export interface HostEntry {
  readonly cpv: string;
  readonly slot: string;
  readonly repo: string;
  readonly use: readonly string[];
  readonly iuse: readonly string[];
  /** true: it is there with all it needs; its own dependencies are not looked at */
  readonly bare?: boolean;
}

/** Reads a table of JSON lines, one package each. Throws `HOST_TABLE`. */
export function readHostTable(path: string): HostEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RepoError('HOST_TABLE', `\`${path}\` cannot be read`, { cause, details: { path } });
  }
  return text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return [];
    try {
      return [JSON.parse(row) as HostEntry];
    } catch (cause) {
      throw new RepoError('HOST_TABLE', `\`${path}\`, line ${index + 1} is no JSON`, {
        hint: 'Each line is an object with cpv, slot, repo, use and iuse.',
        cause,
        details: { path, line: index + 1 },
      });
    }
  });
}

/**
 * The packages of a table as installed packages. What the table does not say (dependencies, licence) comes from the
 * ebuild of the same version and repository, if there is one.
 */
export function hostPackages(entries: readonly HostEntry[], ebuilds: PackageSource): RepositoryCandidate[] {
  return entries.map((entry) => {
    const own = { EAPI: '8', SLOT: entry.slot, IUSE: entry.iuse.join(' '), USE: entry.use.join(' ') };
    const installed = makeCandidate(entry.cpv, entry.repo, 'installed', own);
    if (entry.bare) return installed;
    const ebuild = ebuilds
      .packages(installed.qualifiedName)
      .find((candidate) => candidate.cpv === entry.cpv && candidate.repository === entry.repo);
    return ebuild ? installed.with({ ...ebuild.metadata, ...own, EAPI: ebuild.metadata.EAPI ?? '0' }) : installed;
  });
}

/** The same as a source that makes packages of a name when they are asked for. */
export function hostSource(entries: readonly HostEntry[], ebuilds: PackageSource): PackageSource {
  const byName = new Map<string, HostEntry[]>();
  for (const entry of entries) {
    const name =
      entry.cpv.slice(0, entry.cpv.indexOf('/') + 1) +
      (splitVersion(entry.cpv.slice(entry.cpv.indexOf('/') + 1))?.name ?? '');
    const list = byName.get(name);
    if (list) list.push(entry);
    else byName.set(name, [entry]);
  }
  const names = [...byName.keys()].sort();
  return onDemandSource(
    () => names,
    (name) => hostPackages(byName.get(name) ?? [], ebuilds),
  );
}
