import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';

/** Read access to files, from disk or from memory. Paths are absolute and use `/`. */
export interface FileTree {
  /** null when there is no such file */
  readText(path: string): string | null;
  /** Names in a directory, sorted by code unit; empty when it is no directory. */
  list(path: string): readonly string[];
  /** What the path leads to, links followed. */
  kind(path: string): 'file' | 'directory' | null;
  realPath(path: string): string;
}

const isMissing = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'EACCES';
};

/**
 * The file system. What was read is kept for the life of the object, so that the many optional files of a profile cost
 * one `readdir` per directory; make a new object to see changes.
 */
export function diskTree(): FileTree {
  const listings = new Map<string, readonly string[]>();
  const kinds = new Map<string, 'file' | 'directory' | null>();
  const texts = new Map<string, string | null>();
  const list = (path: string): readonly string[] => {
    let names = listings.get(path);
    if (names === undefined) {
      try {
        names = readdirSync(path).sort();
      } catch (error) {
        if (!isMissing(error)) throw error;
        names = [];
      }
      listings.set(path, names);
    }
    return names;
  };
  const mayExist = (path: string): boolean => {
    const names = listings.get(posix.dirname(path));
    return names === undefined || names.includes(posix.basename(path));
  };
  const ask = (path: string): 'file' | 'directory' | null => {
    if (!mayExist(path)) return null;
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return null;
    return found.isDirectory() ? 'directory' : found.isFile() ? 'file' : null;
  };
  const read = (path: string): string | null => {
    if (!mayExist(path)) return null;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  return {
    list,
    readText(path) {
      let text = texts.get(path);
      if (text === undefined) {
        text = read(path);
        texts.set(path, text);
      }
      return text;
    },
    kind(path) {
      let kind = kinds.get(path);
      if (kind === undefined) {
        kind = ask(path);
        kinds.set(path, kind);
      }
      return kind;
    },
    realPath(path) {
      try {
        return realpathSync(path);
      } catch {
        return path;
      }
    },
  };
}

/** A tree held in memory: absolute path -> text. Directories are whatever leads to a file, or is named in `directories`. */
export function memoryTree(files: ReadonlyMap<string, string>, directories: readonly string[] = []): FileTree {
  const children = new Map<string, Set<string>>();
  const addPath = (path: string): void => {
    for (let at = path; at !== '/' && at !== '.'; at = posix.dirname(at)) {
      const parent = posix.dirname(at);
      const names = children.get(parent) ?? new Set();
      children.set(parent, names);
      if (names.has(posix.basename(at))) return;
      names.add(posix.basename(at));
    }
  };
  for (const path of files.keys()) addPath(path);
  for (const path of directories) {
    addPath(path);
    if (!children.has(path)) children.set(path, new Set());
  }
  return {
    readText: (path) => files.get(path) ?? null,
    list: (path) => [...(children.get(path) ?? [])].sort(),
    kind: (path) => (files.has(path) ? 'file' : children.has(path) ? 'directory' : null),
    realPath: (path) => path,
  };
}

/** `mounted` at `point`, `under` everywhere else. What `under` has below the point is hidden. */
export function mountedTree(point: string, mounted: FileTree, under: FileTree): FileTree {
  const at = (path: string): FileTree => (path === point || path.startsWith(`${point}/`) ? mounted : under);
  return {
    readText: (path) => at(path).readText(path),
    list: (path) => at(path).list(path),
    kind: (path) => at(path).kind(path),
    realPath: (path) => at(path).realPath(path),
  };
}
