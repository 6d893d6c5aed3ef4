import { lstat, readlink } from 'node:fs/promises';
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
  async canonical(path: string): Promise<string> {
    const slash = path.lastIndexOf('/');
    const directory = await this.directory(path.slice(0, slash));
    return `${directory}/${path.slice(slash + 1)}`;
  }

  /** Where `path` (absolute inside the root) is on disk; its directory part is resolved, its last name is not. */
  async onDisk(path: string): Promise<string> {
    return join(this.root, await this.canonical(path));
  }

  private async directory(path: string): Promise<string> {
    const known = this.directories.get(path);
    if (known !== undefined) return known;
    const resolved = await this.follow(
      path.split('/').filter((part) => part !== ''),
      40,
    );
    this.directories.set(path, resolved);
    return resolved;
  }

  private async follow(parts: readonly string[], linksLeft: number): Promise<string> {
    let current = '';
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as string;
      if (part === '.' || part === '') continue;
      if (part === '..') {
        current = current.slice(0, Math.max(0, current.lastIndexOf('/')));
        continue;
      }
      const next = `${current}/${part}`;
      const info = await lstat(join(this.root, next)).catch(() => null);
      if (!info?.isSymbolicLink()) {
        current = next;
        continue;
      }
      if (linksLeft === 0)
        throw new EngineError('PATH_ESCAPES_ROOT', `too many symbolic links on the way to \`${next}\``);
      const target = await readlink(join(this.root, next));
      const base = target.startsWith('/') ? [] : current.split('/').filter((name) => name !== '');
      return this.follow([...base, ...target.split('/'), ...parts.slice(i + 1)], linksLeft - 1);
    }
    return current;
  }
}
