import { posix } from 'node:path';
import { configFiles } from './config-lines';
import type { FileTree } from './file-tree';
import { readReposConf, type Section } from './repos-conf';
import type { RepositorySet } from './repositories';

/** Which advisories a set of the security classes is about, and how it chooses versions. */
export interface SecurityChoice {
  readonly skipsApplied: boolean;
  readonly isAnyArch: boolean;
  readonly wantsNewest: boolean;
}

/** Where the atoms of a set of sets.conf come from. */
export type SetSource =
  /** one atom or `@set` a line */
  | { readonly kind: 'file'; readonly path: string }
  /** the first word of each line, as in package.use */
  | { readonly kind: 'keys'; readonly path: string }
  | { readonly kind: 'list'; readonly entries: readonly string[] }
  /** another name of a set that every configuration has */
  | { readonly kind: 'built-in'; readonly name: string }
  /** updates that security advisories ask for */
  | ({ readonly kind: 'security' } & SecurityChoice)
  /** of a class that cannot be answered here */
  | { readonly kind: 'unsupported'; readonly class: string };

/** Classes that stand for a set that is there anyway; by their last word. */
const builtInClasses: Readonly<Record<string, string>> = {
  EverythingSet: 'installed',
  PackagesSystemSet: 'system',
  ProfilePackageSet: 'profile',
  WorldSelectedSet: 'selected',
  WorldSelectedPackagesSet: 'selected-packages',
  WorldSelectedSetsSet: 'selected-sets',
};

/** Sets of security advisories; by the last word of their class. Source: Portage's documentation of sets.conf */
const securityClasses: Readonly<Record<string, Omit<SecurityChoice, 'wantsNewest'>>> = {
  SecuritySet: { skipsApplied: false, isAnyArch: true },
  NewGlsaSet: { skipsApplied: true, isAnyArch: true },
  AffectedSet: { skipsApplied: false, isAnyArch: false },
  NewAffectedSet: { skipsApplied: true, isAnyArch: false },
};

/** The one that every configuration has. */
const security: SetSource = { kind: 'security', skipsApplied: true, isAnyArch: false, wantsNewest: false };

/** Sets that Portage itself brings along, and that are about a machine that is kept up to date; with their classes. Source: portage(5), sets.conf */
const ofPortage: Readonly<Record<string, string>> = {
  'preserved-rebuild': 'PreservedLibraryConsumerSet',
  'live-rebuild': 'VariableSet',
  'deprecated-live-rebuild': 'VariableSet',
  'golang-rebuild': 'VariableSet',
  'rust-rebuild': 'VariableSet',
  'module-rebuild': 'OwnerSet',
  'x11-module-rebuild': 'OwnerSet',
  'rebuilt-binaries': 'RebuiltBinaries',
  'changed-deps': 'ChangedDepsSet',
  'changed-subslot': 'SubslotChangedSet',
  downgrade: 'DowngradeSet',
  unavailable: 'UnavailableSet',
  'unavailable-binaries': 'UnavailableBinaries',
};

const isTrue = (value: string | undefined): boolean => /^(?:1|yes|true|on)$/i.test(value ?? '');

/**
 * `${repository:NAME}/sets` as a path inside a repository; null: it lies elsewhere, or there is no such repository. A
 * stranger writes sets.conf, and must not have other files of the machine read.
 */
function placeOf(value: string, repositories: RepositorySet): string | null {
  const path = pathOf(value, repositories);
  if (path === null) return null;
  const isInside = ({ location }: { readonly location: string }): boolean => path.startsWith(`${location}/`);
  return repositories.ordered.some(isInside) ? path : null;
}

function pathOf(value: string, repositories: RepositorySet): string | null {
  const named = /^\$\{repository:([^}]+)\}/.exec(value);
  if (!named) return value.startsWith('/') ? posix.normalize(value).replace(/\/$/, '') : null;
  const location = repositories.byName.get(named[1] as string)?.location;
  return location === undefined ? null : posix.join(location, value.slice(named[0].length)).replace(/\/$/, '');
}

/** Sets of one section. */
function setsOf(
  tree: FileTree,
  name: string,
  section: Section,
  repositories: RepositorySet,
): (readonly [string, SetSource])[] {
  const className = section.class?.split('.').at(-1) ?? 'PackageSet';
  const builtIn = builtInClasses[className];
  if (builtIn !== undefined) return builtIn === name ? [] : [[name, { kind: 'built-in', name: builtIn }]];
  const ofSecurity = securityClasses[className];
  if (ofSecurity !== undefined) {
    return [[name, { kind: 'security', ...ofSecurity, wantsNewest: isTrue(section.use_emerge_resolver) }]];
  }
  if (className === 'DummyPackageSet') {
    const entries = (section.packages ?? '').split(/\s+/).filter(Boolean);
    // Portage writes @world as one that names the sets inside it
    return name === 'world' ? [] : [[name, { kind: 'list', entries }]];
  }
  const kind = className === 'ConfigFileSet' ? 'keys' : 'file';
  if (className !== 'StaticFileSet' && className !== 'ConfigFileSet') {
    return isTrue(section.multiset) ? [] : [[name, { kind: 'unsupported', class: className }]];
  }
  if (!isTrue(section.multiset)) {
    const path = placeOf(section.filename ?? '', repositories);
    return path !== null && tree.kind(path) === 'file' ? [[name, { kind, path }]] : [];
  }
  if (kind === 'keys') return [];
  const folder = placeOf(section.directory ?? '', repositories);
  if (folder === null) return [];
  const pattern = section.name_pattern ?? '$name';
  return configFiles(tree, folder, true).map((file) => [
    pattern.replace(/\$\{name\}|\$name/, () => posix.relative(folder, file)),
    { kind, path: file },
  ]);
}

/**
 * Sets of a configuration by name: what `sets.conf` of each repository and of `/etc/portage` name, and the
 * files of `/etc/portage/sets`. What is named last counts. A file that its repository does not hold is none;
 * a set whose class cannot be answered says so.
 * Source: portage(5), sets.conf; "Portage documentation, package sets, sets.conf syntax"
 */
export function readSetSources(
  tree: FileTree,
  repositories: RepositorySet,
  userConfig: string | null,
): ReadonlyMap<string, SetSource> {
  const found = new Map<string, SetSource>([
    ['security', security],
    ...Object.entries(ofPortage).map(([name, className]) => [name, { kind: 'unsupported', class: className }] as const),
  ]);
  const paths = [
    ...repositories.ordered.map(({ location }) => posix.join(location, 'sets.conf')),
    ...(userConfig === null ? [] : [posix.join(userConfig, 'sets.conf')]),
  ];
  const sections = new Map<string, Section>();
  for (const path of paths) {
    for (const [name, section] of readReposConf(tree, path)) sections.set(name, { ...sections.get(name), ...section });
  }
  for (const [name, section] of sections) {
    for (const [set, source] of setsOf(tree, name, section, repositories)) found.set(set, source);
  }
  if (userConfig === null) return found;
  const folder = posix.join(userConfig, 'sets');
  for (const file of configFiles(tree, folder, true)) {
    found.set(posix.relative(folder, file), { kind: 'file', path: file });
  }
  return found;
}
