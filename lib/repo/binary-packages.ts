import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tryParseCpv } from '../pms';
import { RepositoryCandidate } from './candidate';
import { RepoError } from './errors';
import { listSource, type PackageSource } from './package-source';

/** One stanza of the index. `PATH` is below PKGDIR. */
export interface BinaryPackage {
  readonly candidate: RepositoryCandidate;
  /** absolute */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Stanzas of `KEY: value` lines; the first is the header. */
function stanzas(text: string): Record<string, string>[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const found: Record<string, string> = {};
    for (const row of block.split('\n')) {
      const at = row.indexOf(': ');
      if (at > 0) found[row.slice(0, at)] = row.slice(at + 2);
      else if (row.endsWith(':')) found[row.slice(0, -1)] = '';
    }
    return Object.keys(found).length === 0 ? [] : [found];
  });
}

/** Keys that Portage's index shortens or leaves to the header. */
const longNames: Readonly<Record<string, string>> = { DESC: 'DESCRIPTION', REPO: 'repository' };

/** The binary packages of a PKGDIR. */
export interface BinaryPackages {
  readonly packages: readonly BinaryPackage[];
  /** files below PKGDIR that are there and cannot be installed from: the old format, or a name without a build id */
  readonly unread: readonly string[];
}

/** As the engine finds them. */
const isInstallable = (path: string): boolean => /^[^/]+\/[^/]+\/[^/]+-\d+\.gpkg\.tar$/.test(path);

/**
 * Reads the `Packages` file of a PKGDIR; a folder without one has no binary packages. Entries whose file is gone are
 * passed over; what the engine cannot install from is no package, and told. Throws `BINARY_INDEX` when the file cannot be read.
 * Source: portage's binary package index (`Packages`), GLEP 78 for the files it names.
 */
export function readBinaryPackages(pkgDir: string): BinaryPackages {
  const file = join(pkgDir, 'Packages');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { packages: [], unread: [] };
    throw new RepoError('BINARY_INDEX', `\`${file}\` cannot be read`, { cause, details: { file } });
  }
  const [header = {}, ...rest] = stanzas(text);
  const entries = header.CPV === undefined ? rest : [header, ...rest];
  const shared = header.CPV === undefined ? header : {};
  const unread: string[] = [];
  const packages = entries.flatMap((entry): BinaryPackage[] => {
    const cpv = tryParseCpv(entry.CPV ?? '');
    if (cpv === null) return [];
    const inside = entry.PATH ?? `${cpv.category}/${cpv.pf}.tbz2`;
    const path = join(pkgDir, inside);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) return [];
    if (!isInstallable(inside)) {
      unread.push(inside);
      return [];
    }
    const metadata: Record<string, string> = { EAPI: '0', SLOT: '0' };
    for (const [key, value] of Object.entries(entry)) metadata[longNames[key] ?? key] = value;
    const repository = metadata.repository ?? shared.repository ?? shared.REPO ?? '';
    return [{ candidate: new RepositoryCandidate(cpv, repository, 'binary', metadata), path, sizeBytes: found.size }];
  });
  return { packages, unread };
}

/** The binary packages of a PKGDIR as a source of candidates. */
export function binarySource(packages: readonly BinaryPackage[]): PackageSource {
  return listSource(packages.map((each) => each.candidate));
}
