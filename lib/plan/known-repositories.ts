import { join } from 'node:path';
import { dataHome } from '../home';
import { parseAtom } from '../pms';
import { diskTree, type FileTree, loadRepositories, readReposConf } from '../repo';
import { listTrees } from './trees';

/** A repository as a design would name it. */
export interface KnownRepository {
  readonly name: string;
  /** an absolute folder */
  readonly location: string;
}

/** Repositories that this machine knows besides those of a design: overlays that were added, and those of its Portage. */
export const knownRepositories = (home: string = dataHome()): readonly KnownRepository[] => [
  ...listTrees(home)
    .filter(({ kind, usable }) => kind === 'overlay' && usable)
    .map(({ name, folder }) => ({ name, location: folder })),
  ...machineRepositories(),
];

/** The repositories that Portage is configured with on this machine; none where there is no Portage. */
function machineRepositories(configRoot: string = process.env.PORTAGE_CONFIGROOT ?? '/'): KnownRepository[] {
  const tree = diskTree();
  // of this machine, whose links may lead anywhere on it
  tree.enter('/');
  const sections = new Map([
    ...readReposConf(tree, '/usr/share/portage/config/repos.conf'),
    ...readReposConf(tree, join(configRoot, 'etc/portage/repos.conf')),
  ]);
  return loadRepositories(tree, sections).ordered.map(({ name, location }) => ({ name, location }));
}

/**
 * Does a repository have an ebuild of the package? Only where that can be planned at once: with metadata beside it, or
 * in a repository that is small enough to be read meanwhile.
 */
export function hasPackage({ location }: KnownRepository, atom: string): boolean {
  const { category, pn, qualifiedName } = parseAtom(atom, { allowRepository: true });
  const files = diskTree();
  files.enter(location);
  const cached = join(location, 'metadata/md5-cache', category);
  if (files.kind(cached) === 'directory') return files.list(cached).some((name) => name.startsWith(`${pn}-`));
  return (
    files.kind(join(location, qualifiedName)) === 'directory' && countCategories(files, location) <= mostCategories
  );
}

const mostCategories = 20;

const countCategories = (files: FileTree, location: string): number =>
  files.list(location).filter((name) => name.includes('-') && files.kind(join(location, name)) === 'directory').length;
