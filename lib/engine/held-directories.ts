import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';

/** `O_PATH` on every processor of Linux, which Node.js has no name for: hold it without reading it. */
const holdOnly = 0o10000000;

/** Holds a directory; null when there is none, or something else: a link is not followed. */
function hold(path: string): number | null {
  try {
    return openSync(path, holdOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** The directory that a descriptor holds, whatever stands at its path by now. Source: proc_pid_fd(5). */
const pathOf = (descriptor: number): string => `/proc/self/fd/${descriptor}`;

/** Calls `work` with a path to a directory that stays the same directory; false when there is none. */
export function inDirectory(path: string, work: (directory: string) => void): boolean {
  const descriptor = hold(path);
  if (descriptor === null) return false;
  try {
    work(pathOf(descriptor));
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The way to paths of a root that a stranger's program may have changed since they were looked at: directory after directory
 * is opened and held, none of them through a link. What is done to such a path happens inside of the root.
 */
export class HeldDirectories {
  #way: { readonly name: string; readonly descriptor: number }[] = [];

  constructor(private readonly root: string) {}

  /** Where a path of the root is now, for one call; null when the way to it does not consist of directories. */
  at(path: string): string | null {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const last = parts.pop();
    if (last === undefined || last === '..' || parts.includes('..')) return null;
    let same = 0;
    while (same < parts.length && this.#way[same]?.name === parts[same]) same += 1;
    this.#release(same);
    for (const name of parts.slice(same)) {
      const descriptor = hold(join(this.#end, name));
      if (descriptor === null) return null;
      this.#way.push({ name, descriptor });
    }
    return join(this.#end, last);
  }

  /** Lets go of everything, before somebody else may change the root. */
  release(): void {
    this.#release(0);
  }

  get #end(): string {
    const deepest = this.#way.at(-1);
    return deepest ? pathOf(deepest.descriptor) : this.root;
  }

  #release(keep: number): void {
    for (const { descriptor } of this.#way.splice(keep).reverse()) closeSync(descriptor);
  }
}
