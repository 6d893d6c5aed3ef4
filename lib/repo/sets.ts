import { posix } from 'node:path';
import { parseConfigLines } from './config-lines';
import type { FileTree } from './file-tree';
import type { SecurityChoice, SetSource } from './sets-conf';

/** Where the sets of one root come from. */
export interface SetSources {
  readonly system: readonly string[];
  readonly profile: readonly string[];
  /** what sets.conf and `etc/portage/sets` say */
  readonly sources: ReadonlyMap<string, SetSource>;
  /** `<root>/var/lib/portage`, holds `world` and `world_sets` */
  readonly worldFolder: string | null;
  /** updates that advisories ask for; left out: nothing is known of packages */
  readonly security?: (choice: SecurityChoice) => readonly string[];
}

const builtIn = ['installed', 'profile', 'selected', 'selected-packages', 'selected-sets', 'system', 'world'];

/**
 * Atoms of a set; sets inside sets are opened, and those that do not exist stay as `@name`. Names: `world`, `system`,
 * `profile`, `selected`, `selected-packages`, `selected-sets`, and those of sets.conf. null: no such set, or one whose class
 * cannot be answered.
 * Source: portage(5) sets, emerge(1).
 */
export function readSet(tree: FileTree, sources: SetSources, name: string): readonly string[] | null {
  const open = new Set<string>();
  const fileLines = (path: string): string[] =>
    parseConfigLines(tree.readText(path) ?? '', path).map((line) => line.words.join(' '));
  const expand = (entries: readonly string[]): string[] =>
    entries.flatMap((entry) => (entry.startsWith('@') ? (read(entry.slice(1)) ?? [entry]) : [entry]));
  const world = (file: string): string[] =>
    sources.worldFolder === null ? [] : fileLines(posix.join(sources.worldFolder, file));
  const readSource = (source: SetSource | undefined): string[] | null => {
    if (source === undefined || source.kind === 'unsupported') return null;
    if (source.kind === 'security') return [...(sources.security?.(source) ?? [])];
    if (source.kind === 'list') return expand(source.entries);
    if (source.kind === 'built-in') return expand([`@${source.name}`]);
    // a file that is refused, such as a link out of its repository, is no set
    if (tree.readText(source.path) === null) return null;
    if (source.kind === 'file') return expand(fileLines(source.path));
    return parseConfigLines(tree.readText(source.path) ?? '', source.path).map(({ words }) => words[0] as string);
  };
  const read = (set: string): string[] | null => {
    if (open.has(set)) return [];
    open.add(set);
    try {
      switch (set) {
        case 'system':
          return [...sources.system];
        case 'profile':
          return [...sources.profile];
        case 'selected-packages':
          return world('world').filter((entry) => !entry.startsWith('@'));
        case 'selected-sets':
          return expand([...world('world_sets'), ...world('world').filter((entry) => entry.startsWith('@'))]);
        case 'selected':
          return expand(['@selected-packages', '@selected-sets']);
        case 'world':
          return expand(['@profile', '@selected', '@system']);
      }
      return readSource(sources.sources.get(set));
    } finally {
      open.delete(set);
    }
  };
  const found = read(name);
  return found === null ? null : [...new Set(found)];
}

/** Names of the sets of a root that can be answered, sorted. */
export const listSets = ({ sources }: SetSources): readonly string[] =>
  [...builtIn, ...[...sources].filter(([, { kind }]) => kind !== 'unsupported').map(([name]) => name)].sort();
