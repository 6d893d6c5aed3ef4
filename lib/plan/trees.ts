import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { dataHome } from '../home';
import { removeTree } from '../host/remove-tree';
import { diskTree, findFlatcarOverlays, looksLikeRepository } from '../repo';
import { type CloneOptions, cloneInto } from './clone';
import { PlanError } from './errors';
import { checkedOutCommit } from './git-commit';
import type { KnownTree } from './import/derive-tree';
import { reachOfRepository } from './repository-reach';

/** A checkout of flatcar/scripts that designs can name in `tree`, or an overlay that they can name in `repositories`. */
export interface RegisteredTree {
  readonly name: string;
  readonly kind: 'flatcar' | 'overlay';
  /** folder of the checkout, the folder that holds the three overlays, or the overlay itself */
  readonly folder: string;
  /** where it was cloned from; null: a folder of the user, never written to */
  readonly url: string | null;
  /** commit that is checked out; null when it is not a git checkout that is understood */
  readonly commit: string | null;
  /** false: the folder is gone or holds no ebuild repository any more */
  readonly usable: boolean;
}

interface Entry {
  readonly name: string;
  readonly folder: string;
  readonly url: string | null;
  /** left out: a checkout of flatcar/scripts */
  readonly kind?: 'overlay';
}

const registryFile = (home: string): string => join(home, 'trees.json');

function readRegistry(home: string): Entry[] {
  try {
    return JSON.parse(readFileSync(registryFile(home), 'utf8')) as Entry[];
  } catch {
    return [];
  }
}

function writeRegistry(home: string, entries: readonly Entry[]): void {
  mkdirSync(home, { recursive: true });
  const temporary = `${registryFile(home)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(entries, null, 1)}\n`);
  renameSync(temporary, registryFile(home));
}

/** What a folder holds. Throws `TREE_NOT_FOUND`. */
function kindOf(folder: string): RegisteredTree['kind'] {
  try {
    findFlatcarOverlays(folder);
    return 'flatcar';
  } catch (error) {
    const files = diskTree();
    files.enter(folder);
    if (files.kind(folder) === 'directory' && looksLikeRepository(files, folder)) return 'overlay';
    throw error;
  }
}

function isUsable({ folder, kind = 'flatcar' }: Pick<Entry, 'folder'> & { readonly kind?: string }): boolean {
  try {
    return kindOf(folder) === kind;
  } catch {
    return false;
  }
}

const entryOf = (name: string, folder: string, url: string | null, kind: RegisteredTree['kind']): Entry => ({
  name,
  folder,
  url,
  ...(kind === 'overlay' && { kind }),
});

const describe = (entry: Entry): RegisteredTree => ({
  ...entry,
  kind: entry.kind ?? 'flatcar',
  commit: checkedOutCommit(entry.folder),
  usable: isUsable(entry),
});

/** Registered trees by name. */
export function listTrees(home: string = dataHome()): RegisteredTree[] {
  return readRegistry(home)
    .map(describe)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of registered trees and overlays. Reads the registry alone, and none of their folders. */
export const treeNames = (home: string = dataHome()): readonly string[] =>
  readRegistry(home)
    .map(({ name }) => name)
    .sort();

/** Trees that a design can name, with their folders. Reads the registry alone, and none of their folders. */
export const knownTrees = (home: string = dataHome()): readonly KnownTree[] =>
  readRegistry(home)
    .filter(({ kind }) => kind === undefined)
    .map(({ name, folder }) => ({ name, folder, isFlatcar: true }));

/** Folder of what is registered under a name. Throws `TREE_UNKNOWN`. */
export function treeFolder(name: string, home: string = dataHome()): string {
  const entries = readRegistry(home);
  const found = entries.find((entry) => entry.name === name);
  if (found) return found.folder;
  const names = ['starter', ...entries.map((entry) => entry.name)];
  throw new PlanError('TREE_UNKNOWN', `no package tree is called \`${name}\``, {
    hint: `Known: ${names.join(', ')}. Add a checkout of flatcar/scripts, or an overlay, under this name first.`,
    details: { name, known: names },
  });
}

function checkName(name: string, home: string): void {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name) || name === 'starter') {
    throw new PlanError('TREE_NAME', `\`${name}\` cannot be the name of a tree`, {
      hint: 'Use letters, digits, `.`, `_` and `-`; `starter` is taken.',
      details: { name },
    });
  }
  if (treeNames(home).includes(name)) {
    throw new PlanError('TREE_EXISTS', `there is already a tree called \`${name}\``, {
      hint: 'Choose another name, or remove that one first.',
      details: { name },
    });
  }
}

/** Registers a folder of the user. Throws `TREE_NAME`, `TREE_EXISTS`, `TREE_NOT_FOUND`. */
export function addTree(name: string, folder: string, home: string = dataHome()): RegisteredTree {
  checkName(name, home);
  const absolute = resolve(folder);
  const entry = entryOf(name, absolute, null, kindOf(absolute));
  writeRegistry(home, [...readRegistry(home), entry]);
  return describe(entry);
}

/** Forgets a tree; a clone of ours is deleted, a folder of the user stays. Throws `TREE_UNKNOWN`. */
export async function forgetTree(name: string, home: string = dataHome()): Promise<void> {
  const folder = treeFolder(name, home);
  const isOurs = readRegistry(home).some((entry) => entry.name === name && entry.url !== null);
  if (isOurs && dirname(folder) === join(home, 'trees')) await removeTree(folder);
  // read again: it may have taken a while
  writeRegistry(
    home,
    readRegistry(home).filter((entry) => entry.name !== name),
  );
}

/** Folder of an overlay that was added under a name. Throws `REPOSITORY_MISSING`. */
function overlayFolder(name: string, home: string): string {
  const overlays = readRegistry(home).filter(({ kind }) => kind === 'overlay');
  const found = overlays.find((entry) => entry.name === name);
  if (found) return found.folder;
  const known =
    overlays.length === 0 ? 'None has been added yet.' : `Known: ${overlays.map((each) => each.name).join(', ')}.`;
  throw new PlanError('REPOSITORY_MISSING', `no overlay has been added under the name \`${name}\``, {
    hint: `${known} Give its \`location\`, or add it: \`prefix-studio trees add ${name} FOLDER\`.`,
    details: { name },
  });
}

function checkCommit(name: string, folder: string, commit: string | undefined): void {
  const found = commit === undefined ? null : checkedOutCommit(folder);
  if (commit === undefined || found === commit) return;
  const has = found === null ? 'is not a git checkout' : `has \`${found}\` checked out`;
  throw new PlanError('REPOSITORY_COMMIT', `repository \`${name}\`: \`${folder}\` ${has}, not \`${commit}\``, {
    hint: 'Check that commit out, or correct `commit` in the design.',
    details: { name, folder, commit },
  });
}

/**
 * Folder of a repository that a design names: the folder itself, the overlay of that name, or the clone of a URL below
 * the data folder, made when it is not there yet; with `commit`, at that commit. Throws `REPOSITORY_MISSING`,
 * `REPOSITORY_COMMIT`, `GIT_MISSING`, `CLONE_FAILED`.
 */
export async function repositoryFolder(
  repository: { readonly name: string; readonly location?: string; readonly commit?: string },
  options: CloneOptions = {},
): Promise<string> {
  const { name, commit } = repository;
  const location = repository.location ?? overlayFolder(name, options.home ?? dataHome());
  if (location.startsWith('/')) {
    if (existsSync(location)) {
      checkCommit(name, location, commit);
      return location;
    }
    throw new PlanError(
      'REPOSITORY_MISSING',
      `repository \`${name}\`: \`${location}\` is not a folder on this machine`,
      {
        hint: 'Correct its location, or give the URL it can be cloned from.',
        details: { name, location },
      },
    );
  }
  const key = createHash('sha256')
    .update([location, ...(commit === undefined ? [] : [commit])].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const folder = join(options.home ?? dataHome(), 'repositories', `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const settings = await reachOfRepository(location);
  await cloneInto(location, `${folder}.partial`, { ...options, settings, ...(commit && { commit }) });
  checkCommit(name, `${folder}.partial`, commit);
  renameSync(`${folder}.partial`, folder);
  return folder;
}

/**
 * Clones a repository below the data folder and registers it; only the newest commit is fetched.
 * Throws `TREE_NAME`, `TREE_EXISTS`, `GIT_MISSING`, `CLONE_FAILED`, `TREE_NOT_FOUND`.
 */
export async function cloneTree(name: string, url: string, options: CloneOptions = {}): Promise<RegisteredTree> {
  const home = options.home ?? dataHome();
  checkName(name, home);
  const folder = join(home, 'trees', name);
  const partial = `${folder}.partial`;
  await cloneInto(url, partial, options);
  let kind: RegisteredTree['kind'];
  try {
    kind = kindOf(partial);
  } catch (error) {
    await removeTree(partial);
    throw error;
  }
  await removeTree(folder);
  renameSync(partial, folder);
  const entry = entryOf(name, folder, url, kind);
  writeRegistry(home, [...readRegistry(home), entry]);
  return describe(entry);
}
