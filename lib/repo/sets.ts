import { posix } from 'node:path';
import { configFiles, parseConfigLines } from './config-lines';
import type { FileTree } from './file-tree';

/** Where the sets of one root come from. */
export interface SetSources {
  readonly system: readonly string[];
  readonly profile: readonly string[];
  /** folder of set files, `/etc/portage/sets` */
  readonly folders: readonly string[];
  /** `<root>/var/lib/portage`, holds `world` and `world_sets` */
  readonly worldFolder: string | null;
}

/**
 * Atoms of a set; sets inside sets are opened. Names: `world`, `system`, `profile`, `selected`, `selected-packages`,
 * `selected-sets`, and set files. null: no such set. Source: portage(5) sets, emerge(1).
 */
export function readSet(tree: FileTree, sources: SetSources, name: string): readonly string[] | null {
  const open = new Set<string>();
  const fileLines = (path: string): string[] =>
    parseConfigLines(tree.readText(path) ?? '', path).map((line) => line.words.join(' '));
  const expand = (entries: readonly string[]): string[] =>
    entries.flatMap((entry) => (entry.startsWith('@') ? (read(entry.slice(1)) ?? []) : [entry]));
  const world = (file: string): string[] =>
    sources.worldFolder === null ? [] : fileLines(posix.join(sources.worldFolder, file));
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
      for (const folder of sources.folders) {
        const path = posix.join(folder, set);
        if (tree.kind(path) === 'file') return expand(fileLines(path));
      }
      return null;
    } finally {
      open.delete(set);
    }
  };
  const found = read(name);
  return found === null ? null : [...new Set(found)];
}

/** Names of the set files of a root, sorted. */
export function listSets(tree: FileTree, sources: SetSources): string[] {
  return sources.folders
    .flatMap((folder) => configFiles(tree, folder, true).map((path) => posix.relative(folder, path)))
    .sort();
}
