import { posix } from 'node:path';
import { isKnownEapi } from '../pms';
import { type ConfigLine, parseConfigLines, readConfigLines } from './config-lines';
import { RepoError } from './errors';
import type { FileTree } from './file-tree';
import { limits } from './limits';
import type { Repository, RepositorySet } from './repositories';

/** One directory of a profile's chain of parents. */
export interface ProfileNode {
  readonly folder: string;
  /** null for the user's own profile folder without an `eapi` file: portage's extended syntax applies there */
  readonly eapi: string | null;
  readonly allowsDirectories: boolean;
  readonly allowsRepository: boolean;
  readonly allowsBuildId: boolean;
  readonly isUserProfile: boolean;
  /** the text of `deprecated`, empty when there is none */
  readonly deprecated: string;
  /** names in the folder */
  readonly files: ReadonlySet<string>;
  /** true: it may hold the `package.license` of `profile-license` */
  readonly hasLicenseFile: boolean;
  /** true: its `packages` lines without `*` are the set @profile */
  readonly hasProfileSet: boolean;
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The repository that a folder stands in, the innermost one. */
export function repositoryOf(folder: string, repositories: RepositorySet): Repository | null {
  let best: Repository | null = null;
  for (const repository of repositories.ordered) {
    if (!`${folder}/`.startsWith(`${repository.location}/`)) continue;
    if (best === null || repository.location.length > best.location.length) best = repository;
  }
  return best;
}

function parentFolder(
  words: string,
  node: { readonly folder: string; readonly file: string },
  repository: Repository | null,
  repositories: RepositorySet,
): string {
  const colon = words.indexOf(':');
  const missing = (): RepoError =>
    new RepoError('PROFILE_PARENT', `\`${node.file}\` names the parent \`${words}\`, which does not exist`, {
      hint: 'Add the repository it is in, or choose another profile.',
      details: { file: node.file, parent: words },
    });
  if (colon < 0 || repository?.hasParentColon === false) {
    const parent = words.startsWith('/') ? posix.normalize(words) : posix.join(node.folder, words);
    if (repository === null || isBelow(parent, repository.location)) return parent;
    throw new RepoError('PROFILE_PARENT', `\`${node.file}\` names the parent \`${words}\`, outside its repository`, {
      hint: 'A parent in another repository is written `repository:path`.',
      details: { file: node.file, parent: words },
    });
  }
  const owner = colon === 0 ? repository : repositories.byName.get(words.slice(0, colon));
  if (!owner) throw missing();
  const profiles = posix.join(owner.location, 'profiles');
  const parent = posix.join(profiles, words.slice(colon + 1));
  if (!isBelow(parent, profiles)) throw missing();
  return parent;
}

/**
 * The chain of a profile, furthest parent first, the profile itself last.
 * Throws `PROFILE_NOT_FOUND`, `PROFILE_PARENT`, `PROFILE_EAPI`. Source: PMS 5.1, 5.2.1; `repo:path` is portage-2.
 */
export function loadProfile(tree: FileTree, profile: string, repositories: RepositorySet): ProfileNode[] {
  const nodes: ProfileNode[] = [];
  const open = new Set<string>();
  const add = (folder: string): void => {
    if (open.has(folder)) {
      throw new RepoError('PROFILE_PARENT', `profile \`${folder}\` is its own parent`, { details: { folder } });
    }
    open.add(folder);
    if (nodes.length + open.size > limits.profileNodes) {
      throw new RepoError('PROFILE_PARENT', `profile \`${profile}\` has more than ${limits.profileNodes} parents`, {
        hint: 'Choose another profile.',
        details: { profile },
      });
    }
    const files = new Set(tree.list(folder));
    const repository = repositoryOf(folder, repositories);
    const eapi = files.has('eapi')
      ? (tree.readText(posix.join(folder, 'eapi'))?.split('\n')[0]?.trim() ?? '0')
      : (repository?.profileEapi ?? '0');
    if (!isKnownEapi(eapi)) {
      throw new RepoError('PROFILE_EAPI', `profile \`${folder}\` has EAPI \`${eapi}\`, which is not known`, {
        details: { folder, eapi },
      });
    }
    if (files.has('parent')) {
      const file = posix.join(folder, 'parent');
      const parents = parseConfigLines(tree.readText(file) ?? '', file);
      if (parents.length === 0) {
        throw new RepoError('PROFILE_PARENT', `\`${file}\` names no parent`, { details: { file } });
      }
      for (const line of parents) {
        const words = line.words.join(' ');
        const parent = parentFolder(words, { folder, file }, repository, repositories);
        if (tree.kind(parent) !== 'directory') {
          throw new RepoError('PROFILE_PARENT', `\`${file}\` names the parent \`${words}\`, which does not exist`, {
            hint: 'Add the repository it is in, or choose another profile.',
            details: { file, parent: words },
          });
        }
        add(parent);
      }
    }
    open.delete(folder);
    const formats = repository?.profileFormats ?? [];
    nodes.push({
      folder,
      eapi,
      files,
      isUserProfile: false,
      allowsDirectories:
        repository === null ||
        Number(eapi) >= 7 ||
        formats.some((format) => ['portage-1', 'portage-2', 'portage-1-compat'].includes(format)),
      allowsRepository: formats.includes('profile-repo-deps'),
      allowsBuildId: formats.includes('build-id'),
      deprecated: files.has('deprecated') ? (tree.readText(posix.join(folder, 'deprecated'))?.trim() ?? '') : '',
      hasLicenseFile: formats.includes('profile-license'),
      hasProfileSet: formats.includes('profile-set'),
    });
  };
  if (tree.kind(profile) !== 'directory') {
    throw new RepoError('PROFILE_NOT_FOUND', `\`${profile}\` is not a profile directory`, {
      hint: 'Choose one of the profiles listed in `profiles/profiles.desc` of the repository.',
      details: { profile },
    });
  }
  const start = tree.realPath(profile);
  if (repositoryOf(start, repositories) === null) {
    throw new RepoError('PROFILE_NOT_FOUND', `the profile \`${profile}\` is outside every repository`, {
      hint: 'Choose one of the profiles listed in `profiles/profiles.desc` of the repository.',
      details: { profile },
    });
  }
  add(start);
  return nodes;
}

/** The folder `/etc/portage/profile` as the last node. Source: portage(5). */
export function userProfileNode(tree: FileTree, folder: string): ProfileNode | null {
  if (tree.kind(folder) !== 'directory') return null;
  const files = new Set(tree.list(folder));
  const eapi = files.has('eapi') ? (tree.readText(posix.join(folder, 'eapi'))?.trim() ?? null) : null;
  return {
    folder,
    eapi,
    files,
    isUserProfile: true,
    allowsDirectories: true,
    allowsRepository: true,
    allowsBuildId: true,
    deprecated: '',
    hasLicenseFile: false,
    hasProfileSet: true,
  };
}

/** Lines of one file of a node; folders count where the node allows them. */
export function nodeLines(tree: FileTree, node: ProfileNode, name: string): readonly ConfigLine[] {
  if (!node.files.has(name)) return [];
  return readConfigLines(tree, posix.join(node.folder, name), node.allowsDirectories);
}
