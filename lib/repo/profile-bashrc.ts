import { posix } from 'node:path';
import type { Candidate } from '../resolve/provider';
import { AtomTable } from './atom-table';
import type { FileTree } from './file-tree';
import { nodeLines, type ProfileNode, repositoryOf } from './profile';
import type { RepositorySet } from './repositories';

/** A file of bash that a profile has run before each phase. */
export interface ProfileBashrc {
  /** name and folder of the repository it stands in */
  readonly repository: string;
  readonly location: string;
  /** relative to the repository: `profiles/base/profile.bashrc` */
  readonly path: string;
}

const anyAtom = { allowWildcard: true, allowRepository: true, allowBuildId: true };

/**
 * What the nodes of a profile have run before each phase of a package, parents first: `profile.bashrc` of a node, then
 * what its `package.bashrc` names for the package. `candidate` null: for all packages. Source: PMS 5.2.5, portage(5).
 */
export function profileBashrcs(
  tree: FileTree,
  repositories: RepositorySet,
  nodes: readonly ProfileNode[],
  candidate: Candidate | null,
): readonly ProfileBashrc[] {
  return nodes.flatMap((node) => {
    const repository = repositoryOf(node.folder, repositories);
    if (repository === null) return [];
    const named = (path: string): ProfileBashrc => ({
      repository: repository.name,
      location: repository.location,
      path: posix.relative(repository.location, path),
    });
    const own = node.files.has('profile.bashrc') ? [named(posix.join(node.folder, 'profile.bashrc'))] : [];
    if (candidate === null || !repository.profileFormats.includes('profile-bashrcs')) return own;
    const table = new AtomTable(nodeLines(tree, node, 'package.bashrc'), anyAtom);
    const names = table.values(candidate).flat();
    return [...own, ...names.map((name) => named(posix.join(node.folder, 'bashrc', posix.normalize(`/${name}`))))];
  });
}
