import { posix } from 'node:path';
import { ContainedFolder, type Refusal } from '../host/contained-file';
import { limits } from './limits';

/** Read access to files, from disk or from memory. Paths are absolute and use `/`. */
export interface FileTree {
  /** Files below `folder` may be read from here on, as a stranger's: links that lead out of it are refused. */
  enter(folder: string): void;
  /** Files that are there and were not read, in the order they were asked for. */
  refusals(): readonly Refusal[];
  /** null when there is no such file, or when it was refused */
  readText(path: string): string | null;
  /** Names in a directory, sorted by code unit; empty when it is no directory. */
  list(path: string): readonly string[];
  /** What the path leads to, links followed. */
  kind(path: string): 'file' | 'directory' | null;
  realPath(path: string): string;
}

/**
 * Reads each file as one that a stranger wrote, inside the innermost folder that was entered. What was refused is kept
 * to be told, and is as if it were not there; so is all that stands in no such folder.
 */
class StrangersFiles {
  readonly refusals: Refusal[] = [];
  private leftBytes: number = limits.allConfigBytes;
  private readonly folders = new Map<string, ContainedFolder>();

  enter(path: string): void {
    if (!this.folders.has(path)) this.folders.set(path, new ContainedFolder(path));
  }

  private folderOf(path: string): ContainedFolder | null {
    for (let at = path; ; at = posix.dirname(at)) {
      const folder = this.folders.get(at);
      if (folder) return folder;
      if (at === posix.dirname(at)) return null;
    }
  }

  read(path: string): string | null {
    const most = Math.min(limits.configBytes, this.leftBytes);
    const answer = this.folderOf(path)?.read(path, most) ?? nowhere(path);
    if (answer.kind !== 'content') return this.without(answer);
    this.leftBytes -= answer.data.length;
    return answer.data.toString('utf8');
  }

  list(path: string): readonly string[] {
    const answer = this.folderOf(path)?.list(path, limits.folderEntries) ?? nowhere(path);
    return answer.kind === 'content' ? answer.names : (this.without(answer) ?? []);
  }

  kind(path: string): 'file' | 'directory' | null {
    const answer = this.folderOf(path)?.kind(path) ?? nowhere(path);
    return typeof answer === 'string' ? answer : this.without(answer);
  }

  private without(answer: { readonly kind: 'missing' } | ({ readonly kind: 'refused' } & Refusal)): null {
    if (answer.kind === 'refused') this.refusals.push({ path: answer.path, reason: answer.reason });
    return null;
  }
}

const nowhere = (path: string): { readonly kind: 'refused' } & Refusal => ({
  kind: 'refused',
  path,
  reason: 'is in no folder that is read here',
});

/**
 * The file system, of which nothing is read before a folder is entered. What was read is kept for the life of the object, so that the many optional files of a profile cost
 * one listing per directory; make a new object to see changes.
 */
export function diskTree(): FileTree {
  const files = new StrangersFiles();
  const listings = new Map<string, readonly string[]>();
  const kinds = new Map<string, 'file' | 'directory' | null>();
  const texts = new Map<string, string | null>();
  const mayExist = (path: string): boolean => {
    const names = listings.get(posix.dirname(path));
    return names === undefined || names.includes(posix.basename(path));
  };
  return {
    enter: (folder) => files.enter(folder),
    refusals: () => files.refusals,
    list(path) {
      let names = listings.get(path);
      if (names === undefined) {
        names = files.list(path);
        listings.set(path, names);
      }
      return names;
    },
    readText(path) {
      let text = texts.get(path);
      if (text === undefined) {
        text = mayExist(path) ? files.read(path) : null;
        texts.set(path, text);
      }
      return text;
    },
    kind(path) {
      let kind = kinds.get(path);
      if (kind === undefined) {
        kind = mayExist(path) ? files.kind(path) : null;
        kinds.set(path, kind);
      }
      return kind;
    },
    realPath: (path) => new ContainedFolder(path).real ?? path,
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
    enter: () => {},
    refusals: () => [],
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
    enter: (folder) => at(folder).enter(folder),
    refusals: () => [...mounted.refusals(), ...under.refusals()],
    readText: (path) => at(path).readText(path),
    list: (path) => at(path).list(path),
    kind: (path) => at(path).kind(path),
    realPath: (path) => at(path).realPath(path),
  };
}
