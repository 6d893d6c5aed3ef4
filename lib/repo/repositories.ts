import { posix } from 'node:path';
import { eapi, isCategory, isKnownEapi } from '../pms';
import type { BinaryRule } from '../resolve/provider';
import { binaryRule } from './binary-rules';
import { readConfigLines } from './config-lines';
import { RepoError, type RepoErrorCode } from './errors';
import type { FileTree } from './file-tree';
import { stackLists, words } from './incremental';
import { type Layout, readLayout, repositoryName } from './layout-conf';
import type { Section } from './repos-conf';

/** A repository with what its `metadata/layout.conf` and `repos.conf` say. */
export interface Repository {
  readonly name: string;
  readonly location: string;
  readonly priority: number;
  /** names of the repositories it builds on, in the order of `masters`, those that are configured */
  readonly masters: readonly string[];
  readonly aliases: readonly string[];
  readonly profileFormats: readonly string[];
  /** EAPI of profile files without an `eapi` file of their own */
  readonly profileEapi: string;
  /** may files of `profiles/` be directories? */
  readonly hasProfileDirectories: boolean;
  readonly hasParentColon: boolean;
  readonly isMain: boolean;
  /** Folders that hold `*.eclass`, the winner first. Source: portage(5), eclass-overrides */
  readonly eclassFolders: readonly string[];
  /** `usepkg-exclude` and `usepkg-include` of repos.conf */
  readonly binaryRule: BinaryRule;
}

export interface RepositorySet {
  /** lowest priority first */
  readonly ordered: readonly Repository[];
  readonly byName: ReadonlyMap<string, Repository>;
  readonly main: Repository | null;
  /** names that `profiles/categories` of any of them lists */
  readonly categories: ReadonlySet<string>;
  /** sections that were left out and names that were taken otherwise, and why: a sentence each */
  readonly notices: readonly string[];
}

const directoryFormats = ['portage-1-compat', 'portage-1', 'portage-2'];

/** The name by which other people's overlays call the main repository. */
const usualMain = 'gentoo';

/** Categories of a configuration: all repositories together. Source: portage(5), `profiles/categories`; PMS 4.4 */
function readCategories(tree: FileTree, ordered: readonly Repository[]): ReadonlySet<string> {
  const lists = ordered.map(({ location }) =>
    readConfigLines(tree, posix.join(location, 'profiles/categories'), false).flatMap((line) => line.words),
  );
  return new Set(stackLists(lists).filter(isCategory));
}

interface Found {
  readonly section: Section;
  readonly repository: Repository;
  readonly layout: Layout;
}

/** The repository of one section without its masters; a sentence: why it is left out. */
function readRepository(
  tree: FileTree,
  sectionName: string,
  section: Section,
  { mainName, variables }: { readonly mainName: string | null; readonly variables: Readonly<Record<string, string>> },
): Found | string {
  const location = section.location?.replace(/%\((\w+)\)s/g, (_, name: string) => variables[name] ?? '');
  if (!location) return `repos.conf: section [${sectionName}] has no location`;
  tree.enter(location);
  if (tree.kind(location) !== 'directory') {
    return `repos.conf: section [${sectionName}]: \`${location}\` is not a directory`;
  }
  tree.enter(tree.realPath(location));
  const layout = readLayout(tree, location);
  const name = layout.name ?? repositoryName(tree, location) ?? sectionName;
  const aliases = [...layout.aliases, ...words(section.aliases)];
  if (name !== sectionName && !aliases.includes(sectionName)) {
    return `repos.conf: section [${sectionName}] names a repository that calls itself \`${name}\`; left out`;
  }
  const isMain = mainName === name || mainName === sectionName;
  const priority = Number.parseInt(section.priority ?? '', 10);
  const directories =
    (isKnownEapi(layout.profileEapi) && eapi(layout.profileEapi).hasProfileDirectories) ||
    layout.profileFormats.some((format) => directoryFormats.includes(format));
  return {
    section,
    layout,
    repository: {
      name,
      location: tree.realPath(location),
      priority: Number.isNaN(priority) ? (isMain ? -1000 : 0) : priority,
      masters: [],
      aliases,
      profileFormats: layout.profileFormats,
      profileEapi: layout.profileEapi,
      hasProfileDirectories: directories,
      hasParentColon: layout.profileFormats.includes('portage-2'),
      isMain,
      eclassFolders: [],
      binaryRule: binaryRule(name, section, 'usepkg'),
    },
  };
}

/**
 * Repositories of a configuration, lowest priority first. A section whose folder is missing or calls itself differently
 * is left out and named in `notices`, as Portage does. Where no repository is called `gentoo`, the main one is meant by
 * it: overlays of other people name it as their master. `variables` fills `%(EPREFIX)s` and the like in locations.
 */
export function loadRepositories(
  tree: FileTree,
  sections: ReadonlyMap<string, Section>,
  variables: Readonly<Record<string, string>> = {},
): RepositorySet {
  const notices: string[] = [];
  const defaults = sections.get('DEFAULT') ?? {};
  const mainName = defaults['main-repo'] ?? null;
  const found: Found[] = [];
  for (const [sectionName, own] of sections) {
    if (sectionName === 'DEFAULT') continue;
    const read = readRepository(tree, sectionName, { ...defaults, ...own }, { mainName, variables });
    if (typeof read === 'string') notices.push(read);
    else found.push(read);
  }
  found.sort(
    (a, b) => a.repository.priority - b.repository.priority || (a.repository.name < b.repository.name ? -1 : 1),
  );
  const named = new Map<string, Repository>();
  for (const { repository } of found) named.set(repository.name, repository);
  for (const { repository } of found) {
    for (const alias of repository.aliases) if (!named.has(alias)) named.set(alias, repository);
  }
  const main = found.find((entry) => entry.repository.isMain)?.repository ?? null;
  const standsIn = main !== null && !named.has(usualMain);
  if (standsIn) named.set(usualMain, main);
  const ordered = found.map(({ repository, layout, section }): Repository => {
    const wanted =
      section.masters !== undefined ? words(section.masters) : (layout.masters ?? (main ? [main.name] : []));
    const masters = wanted.flatMap((name) => {
      const master = named.get(name);
      if (!master) notices.push(`repository \`${repository.name}\`: its master \`${name}\` is not configured`);
      else if (name === usualMain && standsIn && master.name !== repository.name) {
        notices.push(
          `repository \`${repository.name}\`: its master \`${name}\` is not configured; the main repository, \`${master.name}\`, is used instead`,
        );
      }
      return master && master.name !== repository.name ? [master] : [];
    });
    const overrides = words(section['eclass-overrides']).flatMap((name) => named.get(name)?.location ?? []);
    const eclassRoots = [
      ...overrides.reverse(),
      repository.location,
      ...masters.map((master) => master.location).reverse(),
    ];
    return {
      ...repository,
      masters: [...new Set(masters.map((master) => master.name))],
      eclassFolders: [...new Set(eclassRoots)].map((root) => posix.join(root, 'eclass')),
    };
  });
  const whole = new Map(ordered.map((repository) => [repository.name, repository]));
  return {
    ordered,
    byName: new Map([...named].flatMap(([name, { name: own }]) => [[name, whole.get(own) as Repository] as const])),
    main: ordered.find((repository) => repository.isMain) ?? null,
    categories: readCategories(tree, ordered),
    notices,
  };
}

/** A repository by its folder, with what a design or a program says about it. */
export interface RepositoryPlace {
  /** how it is called by those who name it, also when it calls itself otherwise; needed where it has no name */
  readonly name?: string;
  readonly location: string;
  readonly priority?: number;
  /** instead of those of its layout.conf */
  readonly masters?: readonly string[];
  readonly aliases?: readonly string[];
}

/** A category as Gentoo names them; only these are looked into where nothing else says that it is a repository. */
const usualCategory = /^(?:[a-z]+-[a-z0-9+_-]+|virtual)$/;

/** Has a folder `profiles/`, a layout.conf or at least one ebuild? */
export function looksLikeRepository(tree: FileTree, location: string): boolean {
  if (tree.kind(posix.join(location, 'profiles')) === 'directory') return true;
  if (tree.kind(posix.join(location, 'metadata/layout.conf')) === 'file') return true;
  const inside = (folder: string): string[] => tree.list(folder).map((name) => posix.join(folder, name));
  const folders = (paths: string[]): string[] => paths.filter((path) => tree.kind(path) === 'directory');
  const categories = folders(inside(location).filter((path) => usualCategory.test(posix.basename(path))));
  return categories.some((category) =>
    folders(inside(category)).some((name) =>
      tree.list(name).some((file) => file.startsWith(`${posix.basename(name)}-`) && file.endsWith('.ebuild')),
    ),
  );
}

function notUsable(place: RepositoryPlace, code: RepoErrorCode, what: string, hint: string): RepoError {
  return new RepoError(code, `\`${place.location}\` ${what}`, { hint, details: { location: place.location } });
}

const wholeFolder = 'Give the folder that holds `profiles/` and `metadata/`.';

/**
 * Repositories given directly, the first one as the main repository. Throws `REPOSITORY_NOT_FOUND`,
 * `REPOSITORY_INVALID`, `REPOSITORY_TWICE`.
 */
export function repositoriesAt(tree: FileTree, places: readonly RepositoryPlace[]): RepositorySet {
  const sections = new Map<string, Section>();
  const notices: string[] = [];
  for (const [index, place] of places.entries()) {
    const { location } = place;
    tree.enter(location);
    if (tree.kind(location) !== 'directory') {
      throw notUsable(place, 'REPOSITORY_NOT_FOUND', 'is not a directory', wholeFolder);
    }
    if (!looksLikeRepository(tree, location)) {
      throw notUsable(place, 'REPOSITORY_INVALID', 'is not an ebuild repository', wholeFolder);
    }
    const name = readLayout(tree, location).name ?? repositoryName(tree, location) ?? place.name;
    if (name === undefined) {
      const hint = 'Write the name of the repository into that file.';
      throw notUsable(place, 'REPOSITORY_INVALID', 'has no `profiles/repo_name`', hint);
    }
    const other = sections.get(name)?.location;
    if (other !== undefined && tree.realPath(other) !== tree.realPath(location)) {
      const hint = 'Leave one of them out, or write another name into its `profiles/repo_name`.';
      throw notUsable(place, 'REPOSITORY_TWICE', `calls itself \`${name}\`, and so does \`${other}\``, hint);
    }
    const given = place.name !== undefined && place.name !== name ? [place.name] : [];
    if (given.length > 0)
      notices.push(`the repository \`${place.name}\` calls itself \`${name}\`; either name means it`);
    if (index === 0) sections.set('DEFAULT', { 'main-repo': name });
    const aliases = [...given, ...(place.aliases ?? [])];
    sections.set(name, {
      location,
      ...(place.priority !== undefined && { priority: String(place.priority) }),
      ...(place.masters && { masters: place.masters.join(' ') }),
      ...(aliases.length > 0 && { aliases: aliases.join(' ') }),
    });
  }
  const loaded = loadRepositories(tree, sections);
  return { ...loaded, notices: [...notices, ...loaded.notices] };
}
