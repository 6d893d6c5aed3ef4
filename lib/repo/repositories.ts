import { posix } from 'node:path';
import { eapi, isKnownEapi } from '../pms';
import type { BinaryRule } from '../resolve/provider';
import { binaryRule } from './binary-rules';
import { configFiles } from './config-lines';
import { RepoError } from './errors';
import type { FileTree } from './file-tree';
import { words } from './incremental';

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
  /** sections that were left out, and why */
  readonly notices: readonly string[];
}

type Section = Record<string, string>;

/** Name and value of a line, trimmed; null without a name. Takes linear time, which a pattern for the whole would not. */
function splitPair(line: string, separator: RegExp): readonly [name: string, value: string] | null {
  const at = line.search(separator);
  const name = at < 0 ? '' : line.slice(0, at).trim();
  return name === '' ? null : [name, line.slice(at + 1).trim()];
}

/** The value before a `#` or `;` that stands behind white space. */
function withoutComment(value: string): string {
  const at = value.search(/\s[#;]/);
  return at < 0 ? value : value.slice(0, at).trimEnd();
}

/** Sections of an ini-like text; lines that begin with white space continue the value before. */
export function parseSections(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let section: Section | null = null;
  let last: string | null = null;
  for (const row of text.split('\n')) {
    const line = row.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[([^\]]+)\]$/.exec(line);
    const pair = splitPair(line, /[=:]/);
    if (header) {
      const name = header[1] as string;
      section = sections.get(name) ?? {};
      sections.set(name, section);
      last = null;
    } else if (/^\s/.test(row) && section && last !== null) section[last] += `\n${line}`;
    else if (pair && section) {
      last = pair[0];
      section[last] = withoutComment(pair[1]);
    }
  }
  return sections;
}

/** Reads repos.conf, a file or a folder of files; later files add to sections of the same name. */
export function readReposConf(tree: FileTree, path: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  for (const file of configFiles(tree, path, true)) {
    for (const [name, section] of parseSections(tree.readText(file) ?? '')) {
      sections.set(name, { ...sections.get(name), ...section });
    }
  }
  return sections;
}

interface Layout {
  readonly masters: readonly string[] | null;
  readonly aliases: readonly string[];
  readonly profileFormats: readonly string[];
  readonly profileEapi: string;
}

const firstLine = (text: string | null): string | null => text?.split('\n')[0]?.trim() || null;

function readLayout(tree: FileTree, location: string): Layout {
  const values: Section = {};
  for (const row of (tree.readText(posix.join(location, 'metadata/layout.conf')) ?? '').split('\n')) {
    const pair = row.trimStart().startsWith('#') ? null : splitPair(row, /=/);
    if (pair) values[pair[0]] = pair[1];
  }
  const repositoryEapi = firstLine(tree.readText(posix.join(location, 'profiles/eapi'))) ?? '0';
  const directories = isKnownEapi(repositoryEapi) && eapi(repositoryEapi).hasProfileDirectories;
  const profileFormats =
    values['profile-formats'] === undefined
      ? [directories ? 'portage-1' : 'portage-1-compat']
      : words(values['profile-formats']);
  const byDefault = values.profile_eapi_when_unspecified;
  const useDefault =
    byDefault !== undefined && profileFormats.includes('profile-default-eapi') && isKnownEapi(byDefault);
  return {
    masters: values.masters === undefined ? null : words(values.masters),
    aliases: words(values.aliases),
    profileFormats,
    profileEapi: useDefault ? byDefault : repositoryEapi,
  };
}

/** The name a repository gives itself in `profiles/repo_name`, made valid (PMS 3.1.5); null when it has none. */
export function repositoryName(tree: FileTree, location: string): string | null {
  const name = firstLine(tree.readText(posix.join(location, 'profiles/repo_name')));
  return name === null
    ? null
    : words(name.replace(/[^\w-]/g, ' '))
        .join('-')
        .replace(/^-+/, '') || null;
}

const directoryFormats = ['portage-1-compat', 'portage-1', 'portage-2'];

/**
 * Repositories of a configuration, lowest priority first. A section whose folder is missing or calls itself differently
 * is left out and named in `notices`, as Portage does. `variables` fills `%(EPREFIX)s` and the like in locations.
 */
export function loadRepositories(
  tree: FileTree,
  sections: ReadonlyMap<string, Section>,
  variables: Readonly<Record<string, string>> = {},
): RepositorySet {
  const notices: string[] = [];
  const defaults = sections.get('DEFAULT') ?? {};
  const mainName = defaults['main-repo'] ?? null;
  const found: { section: Section; repository: Repository; layout: Layout }[] = [];
  for (const [sectionName, own] of sections) {
    if (sectionName === 'DEFAULT') continue;
    const section = { ...defaults, ...own };
    const location = section.location?.replace(/%\((\w+)\)s/g, (_, name: string) => variables[name] ?? '');
    if (!location) {
      notices.push(`repos.conf: section [${sectionName}] has no location`);
      continue;
    }
    if (tree.kind(location) !== 'directory') {
      notices.push(`repos.conf: section [${sectionName}]: \`${location}\` is not a directory`);
      continue;
    }
    tree.enter(location);
    tree.enter(tree.realPath(location));
    const name = repositoryName(tree, location) ?? sectionName;
    const layout = readLayout(tree, location);
    const aliases = [...layout.aliases, ...words(section.aliases)];
    if (name !== sectionName && !aliases.includes(sectionName)) {
      notices.push(`repos.conf: section [${sectionName}] names a repository that calls itself \`${name}\`; left out`);
      continue;
    }
    const isMain = mainName === name || mainName === sectionName;
    const priority = Number.parseInt(section.priority ?? '', 10);
    const directories =
      (isKnownEapi(layout.profileEapi) && eapi(layout.profileEapi).hasProfileDirectories) ||
      layout.profileFormats.some((format) => directoryFormats.includes(format));
    found.push({
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
    });
  }
  found.sort(
    (a, b) => a.repository.priority - b.repository.priority || (a.repository.name < b.repository.name ? -1 : 1),
  );
  const locations = new Map<string, string>();
  for (const { repository } of found) {
    for (const name of [repository.name, ...repository.aliases]) {
      if (!locations.has(name)) locations.set(name, repository.location);
    }
  }
  const byLocation = new Map(found.map((entry) => [entry.repository.location, entry.repository]));
  const main = found.find((entry) => entry.repository.isMain)?.repository ?? null;
  const ordered = found.map(({ repository, layout, section }): Repository => {
    const wanted =
      section.masters !== undefined ? words(section.masters) : (layout.masters ?? (main ? [main.name] : []));
    const masters = wanted.flatMap((name) => {
      const location = locations.get(name);
      const master = location === undefined ? undefined : byLocation.get(location);
      if (master && master.name !== repository.name) return [master];
      if (!master) notices.push(`repository \`${repository.name}\`: its master \`${name}\` is not configured`);
      return [];
    });
    const overrides = words(section['eclass-overrides']).flatMap((name) => locations.get(name) ?? []);
    const eclassRoots = [
      ...overrides.reverse(),
      repository.location,
      ...masters.map((master) => master.location).reverse(),
    ];
    return {
      ...repository,
      masters: masters.map((master) => master.name),
      eclassFolders: [...new Set(eclassRoots)].map((root) => posix.join(root, 'eclass')),
    };
  });
  const byName = new Map<string, Repository>();
  for (const repository of ordered) byName.set(repository.name, repository);
  for (const repository of ordered) {
    for (const alias of repository.aliases) if (!byName.has(alias)) byName.set(alias, repository);
  }
  return { ordered, byName, main: ordered.find((repository) => repository.isMain) ?? null, notices };
}

/**
 * Repositories given directly, the first one as the main repository; `masters` in the place of what one says itself. Throws
 * `REPOSITORY_NOT_FOUND`.
 */
export function repositoriesAt(
  tree: FileTree,
  places: readonly {
    readonly name?: string;
    readonly location: string;
    readonly priority?: number;
    readonly masters?: readonly string[];
  }[],
): RepositorySet {
  const sections = new Map<string, Section>();
  for (const [index, place] of places.entries()) {
    if (tree.kind(place.location) !== 'directory') {
      throw new RepoError('REPOSITORY_NOT_FOUND', `\`${place.location}\` is not a directory`, {
        hint: 'Give the folder that holds `profiles/` and `metadata/`.',
        details: { location: place.location },
      });
    }
    tree.enter(place.location);
    if (tree.kind(posix.join(place.location, 'profiles')) !== 'directory') {
      throw new RepoError('REPOSITORY_INVALID', `\`${place.location}\` is not an ebuild repository`, {
        hint: 'Give the folder that holds `profiles/` and `metadata/`.',
        details: { location: place.location },
      });
    }
    const name = repositoryName(tree, place.location) ?? place.name;
    if (name === undefined) {
      throw new RepoError('REPOSITORY_INVALID', `\`${place.location}\` has no \`profiles/repo_name\``, {
        hint: 'Write the name of the repository into that file.',
        details: { location: place.location },
      });
    }
    if (index === 0) sections.set('DEFAULT', { 'main-repo': name });
    const priority: Section = place.priority === undefined ? {} : { priority: String(place.priority) };
    const masters: Section = place.masters === undefined ? {} : { masters: place.masters.join(' ') };
    sections.set(name, { location: place.location, ...priority, ...masters });
  }
  return loadRepositories(tree, sections);
}
