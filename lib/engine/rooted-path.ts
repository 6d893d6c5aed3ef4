import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from './errors';

/**
 * Turns paths inside a root into paths on disk, following symlinks the way a process chrooted there would: absolute
 * targets start again at the root and `..` stops there. So whatever links a package installs, nothing outside the root
 * is ever named. Directories are remembered; make a new one after the tree changed shape.
 */
export class RootedPaths {
  private readonly directories = new Map<string, string>();

  constructor(readonly root: string) {}

  /** The path inside the root with every link in its directory part resolved; the last name is kept as it is. */
  canonical(path: string): string {
    const slash = path.lastIndexOf('/');
    const directory = this.directory(path.slice(0, slash));
    return `${directory}/${path.slice(slash + 1)}`;
  }

  /** Where `path` (absolute inside the root) is on disk; its directory part is resolved, its last name is not. */
  onDisk(path: string): string {
    return join(this.root, this.canonical(path));
  }

  private directory(path: string): string {
    const known = this.directories.get(path);
    if (known !== undefined) return known;
    const resolved = this.follow(
      path.split('/').filter((part) => part !== ''),
      40,
    );
    this.directories.set(path, resolved);
    return resolved;
  }

  private follow(parts: readonly string[], linksLeft: number): string {
    let current = '';
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as string;
      if (part === '.' || part === '') continue;
      if (part === '..') {
        current = current.slice(0, Math.max(0, current.lastIndexOf('/')));
        continue;
      }
      const next = `${current}/${part}`;
      const info = lstatSync(join(this.root, next), { throwIfNoEntry: false });
      if (!info?.isSymbolicLink()) {
        current = next;
        continue;
      }
      if (linksLeft === 0)
        throw new EngineError('PATH_ESCAPES_ROOT', `too many symbolic links on the way to \`${next}\``);
      const target = readlinkSync(join(this.root, next));
      const base = target.startsWith('/') ? [] : current.split('/').filter((name) => name !== '');
      return this.follow([...base, ...target.split('/'), ...parts.slice(i + 1)], linksLeft - 1);
    }
    return current;
  }
}
