import { ContainedFolder } from '../host/contained-file';
import { splitVersion, tryParseCpv } from '../pms';
import { makeCandidate, type RepositoryCandidate } from './candidate';
import { RepoError } from './errors';
import { limits } from './limits';
import { bare, onDemandSource, type PackageSource } from './package-source';

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
  const answer = new ContainedFolder('/').read(path, limits.hostTableBytes);
  if (answer.kind !== 'content') {
    const reason = answer.kind === 'refused' ? answer.reason : 'cannot be read';
    throw new RepoError('HOST_TABLE', `\`${path}\` ${reason}`, { details: { path } });
  }
  return answer.data
    .toString('utf8')
    .split('\n')
    .flatMap((row, index) => (row.trim() === '' ? [] : [readRow(row, path, index + 1)]));
}

function readRow(row: string, path: string, line: number): HostEntry {
  try {
    const entry: unknown = JSON.parse(row);
    if (isHostEntry(entry)) return entry;
  } catch {
    // told below
  }
  throw new RepoError('HOST_TABLE', `\`${path}\`, line ${line} is not a package`, {
    hint: 'Each line is a JSON object with cpv, slot, repo, use and iuse.',
    details: { path, line },
  });
}

function isHostEntry(value: unknown): value is HostEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { cpv, slot, repo, use, iuse } = value as Record<string, unknown>;
  const isList = (list: unknown): boolean => Array.isArray(list) && list.every((word) => typeof word === 'string');
  if (typeof cpv !== 'string' || tryParseCpv(cpv) === null) return false;
  return typeof slot === 'string' && typeof repo === 'string' && isList(use) && isList(iuse);
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
  const source = onDemandSource(
    () => names,
    (name) => hostPackages(byName.get(name) ?? [], ebuilds),
  );
  return entries.every((entry) => entry.bare) ? bare(source) : source;
}
