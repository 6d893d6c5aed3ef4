import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { recordFile } from '../layout/record-files';
import { applyMove, isCategory, type PackageMove, tryParseCpv } from '../pms';
import { RepositoryCandidate } from './candidate';
import { words } from './incremental';
import { limits } from './limits';
import { listSource, type PackageSource } from './package-source';

/** Files of a VDB entry that a plan reads. */
const keys = [
  'BDEPEND',
  'BUILD_ID',
  'BUILD_TIME',
  'COUNTER',
  'DEPEND',
  'DESCRIPTION',
  'EAPI',
  'IDEPEND',
  'INSTALL_MASK',
  'IUSE',
  'IUSE_EFFECTIVE',
  'KEYWORDS',
  'LICENSE',
  'PDEPEND',
  recordFile.byHand,
  recordFile.commands,
  recordFile.flags,
  recordFile.patches,
  recordFile.taken,
  'PROPERTIES',
  'RDEPEND',
  'REQUIRED_USE',
  'RESTRICT',
  'SLOT',
  'USE',
  'repository',
] as const;

const dependencyKeys: readonly string[] = ['BDEPEND', 'DEPEND', 'IDEPEND', 'PDEPEND', 'RDEPEND'];

const listFolder = (vdb: ContainedFolder, path: string): readonly string[] => {
  const answer = vdb.list(path, limits.folderEntries);
  return answer.kind === 'content' ? answer.names : [];
};

/** An installed package under the name and with the dependencies that the moves of its repository give it. */
export function movePackage(candidate: RepositoryCandidate, moves: readonly PackageMove[]): RepositoryCandidate {
  let moved = candidate;
  for (const move of moves) {
    const metadata: Record<string, string> = { ...moved.metadata };
    for (const key of dependencyKeys) {
      const text = metadata[key];
      if (text) metadata[key] = applyMove(text, move, { parent: moved });
    }
    if (move.kind === 'slotmove' && move.name === moved.qualifiedName && move.from === moved.slot) {
      const subSlot = moved.subSlot === moved.slot ? '' : `/${moved.subSlot}`;
      metadata.SLOT = `${move.to}${subSlot}`;
    }
    const name = move.kind === 'move' && move.from === moved.qualifiedName ? move.to : moved.qualifiedName;
    const cpv = tryParseCpv(`${name}-${moved.version.text}`);
    if (cpv) moved = new RepositoryCandidate(cpv, moved.repository, moved.kind, metadata);
  }
  return moved;
}

/**
 * Packages installed below a VDB folder (`<root>/var/db/pkg`). `movesOf` gives the package moves of a repository, which
 * apply to what was installed before them. Entries that are no package (`-MERGING-…`) are passed over.
 */
export function readVdb(
  folder: string,
  movesOf: (repository: string) => readonly PackageMove[] = () => [],
): PackageSource {
  const found: RepositoryCandidate[] = [];
  // a package can bring files for any place of its root, this one too
  const vdb = new ContainedFolder(folder);
  for (const category of listFolder(vdb, folder)) {
    if (!isCategory(category)) continue;
    for (const pf of listFolder(vdb, join(folder, category))) {
      const cpv = tryParseCpv(`${category}/${pf}`);
      if (cpv === null) continue;
      const entry = join(folder, category, pf);
      if (vdb.kind(entry) !== 'directory') continue;
      const present = new Set(listFolder(vdb, entry));
      const metadata: Record<string, string> = {};
      for (const key of keys) {
        const answer = present.has(key) ? vdb.read(join(entry, key), limits.cacheValueBytes) : null;
        if (answer?.kind === 'content') metadata[key] = words(answer.data.toString('utf8')).join(' ');
      }
      const repository = metadata.repository ?? '';
      found.push(movePackage(new RepositoryCandidate(cpv, repository, 'installed', metadata), movesOf(repository)));
    }
  }
  return listSource(found);
}
