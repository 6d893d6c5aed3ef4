import { posix } from 'node:path';
import { configFiles } from './config-lines';
import type { FileTree } from './file-tree';
import { readReposConf, type Section } from './repos-conf';
import type { RepositorySet } from './repositories';

/** Classes of sets.conf whose sets are files with one atom or `@set` a line; by their last word. */
const fileClasses = new Set(['StaticFileSet', 'ConfigFileSet']);

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

/** Sets of one section, set name -> file. */
function setsOf(tree: FileTree, name: string, section: Section, repositories: RepositorySet): [string, string][] {
  if (!fileClasses.has(section.class?.split('.').at(-1) ?? '')) return [];
  if (!isTrue(section.multiset)) {
    const file = placeOf(section.filename ?? '', repositories);
    return file !== null && tree.kind(file) === 'file' ? [[name, file]] : [];
  }
  const folder = placeOf(section.directory ?? '', repositories);
  if (folder === null) return [];
  const pattern = section.name_pattern ?? '$name';
  return configFiles(tree, folder, true).map((file) => [
    pattern.replace(/\$\{name\}|\$name/, () => posix.relative(folder, file)),
    file,
  ]);
}

/**
 * Set files of a configuration, set name -> file: what `sets.conf` of each repository and of `/etc/portage` name, and the
 * files of `/etc/portage/sets`. What is named last counts. A file that its repository does not hold is none.
 * Source: portage(5), sets.conf; "Portage documentation, package sets, sets.conf syntax"
 */
export function readSetFiles(
  tree: FileTree,
  repositories: RepositorySet,
  userConfig: string | null,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const paths = [
    ...repositories.ordered.map(({ location }) => posix.join(location, 'sets.conf')),
    ...(userConfig === null ? [] : [posix.join(userConfig, 'sets.conf')]),
  ];
  const sections = new Map<string, Section>();
  for (const path of paths) {
    for (const [name, section] of readReposConf(tree, path)) sections.set(name, { ...sections.get(name), ...section });
  }
  for (const [name, section] of sections) {
    for (const [set, file] of setsOf(tree, name, section, repositories)) found.set(set, file);
  }
  if (userConfig === null) return found;
  const folder = posix.join(userConfig, 'sets');
  for (const file of configFiles(tree, folder, true)) found.set(posix.relative(folder, file), file);
  return found;
}
