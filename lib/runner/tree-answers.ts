import type { TreeSummary } from '../api/wire';
import { type Design, designSchema } from '../design/index';
import { StudioError } from '../errors';
import { addTree, cloneTree, listTrees, openDesign, removeTree } from '../plan/index';

/** A design that asks for nothing, to look into a tree with. */
export function probeDesign(tree: string): Design {
  return designSchema.parse({ name: 'probe', board: 'amd64-usr', path: '/opt/probe', packages: [], tree });
}

interface Work {
  readonly state: 'working' | 'failed';
  readonly message: string;
  readonly location: string;
  readonly isUrl: boolean;
}

/** Package trees and what is being done for them: cloning, and reading ebuilds that have no metadata yet. */
export class Trees {
  private readonly work = new Map<string, Work>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly home: string) {}

  async list(): Promise<readonly TreeSummary[]> {
    const registered = listTrees(this.home);
    const names = new Set(registered.map((tree) => tree.name));
    const pending = [...this.work].filter(([name]) => !names.has(name));
    return [
      await this.summary('starter', 'starter', 'part of the program'),
      ...(await Promise.all(
        registered.map((tree) =>
          tree.usable
            ? this.summary(tree.name, tree.url === null ? 'folder' : 'git', tree.url ?? tree.folder)
            : gone(tree.name, tree.folder),
        ),
      )),
      ...pending.map(([name, work]): TreeSummary => ({ name, ...shown(work), repositories: [], packages: null })),
    ];
  }

  /** Registers a folder at once, clones a URL in the background; then reads what has no metadata. Throws as `addTree`. */
  async add(name: string, location: string): Promise<TreeSummary> {
    const isUrl = /^[a-z+]+:\/\//.test(location);
    this.work.set(name, { state: 'working', message: isUrl ? 'Cloning' : 'Reading ebuilds', location, isUrl });
    try {
      if (!isUrl) addTree(name, location, this.home);
    } catch (error) {
      this.work.delete(name);
      throw error;
    }
    this.prepare(name, location, isUrl).then(
      () => this.work.delete(name),
      (error: unknown) => {
        const message = error instanceof StudioError ? `${error.message}. ${error.hint ?? ''}`.trim() : String(error);
        this.work.set(name, { state: 'failed', message, location, isUrl });
      },
    );
    const kind = isUrl ? 'git' : 'folder';
    return { name, location, kind, state: 'working', message: 'Started', repositories: [], packages: null };
  }

  /** Throws TREE_UNKNOWN. */
  remove(name: string): void {
    const had = this.work.delete(name);
    this.counts.delete(name);
    if (had && !listTrees(this.home).some((tree) => tree.name === name)) return;
    removeTree(name, this.home);
  }

  private async prepare(name: string, location: string, isUrl: boolean): Promise<void> {
    const say = (message: string): void => void this.work.set(name, { state: 'working', message, location, isUrl });
    if (isUrl) {
      await cloneTree(name, location, {
        home: this.home,
        onProgress: ({ step, percent }) => say(percent === null ? step : `${step}: ${percent} %`),
      });
    }
    const onMetadata = ({ done, total }: { done: number; total: number }): void =>
      say(`Reading ebuilds: ${done} of ${total}`);
    await openDesign(probeDesign(name), { home: this.home, onMetadata });
  }

  private async summary(name: string, kind: TreeSummary['kind'], location: string): Promise<TreeSummary> {
    const work = this.work.get(name);
    if (work) return { name, ...shown(work), repositories: [], packages: this.counts.get(name) ?? null };
    const opened = await openDesign(probeDesign(name), { home: this.home }).catch((error: unknown) => error);
    if (opened instanceof Error) {
      return { name, location, kind, state: 'failed', message: opened.message, repositories: [], packages: null };
    }
    const { tree, staging } = opened as Awaited<ReturnType<typeof openDesign>>;
    const packages = this.counts.get(name) ?? staging.allQualifiedNames().length;
    this.counts.set(name, packages);
    const repositories = tree.repositories.ordered.map((repository) => repository.name);
    return { name, location, kind, state: 'ready', message: null, repositories, packages };
  }
}

function shown({
  state,
  message,
  location,
  isUrl,
}: Work): Pick<TreeSummary, 'state' | 'message' | 'location' | 'kind'> {
  return { state, message, location, kind: isUrl ? 'git' : 'folder' };
}

function gone(name: string, folder: string): TreeSummary {
  const message = 'The folder is gone or holds no overlays any more.';
  return { name, location: folder, kind: 'folder', state: 'failed', message, repositories: [], packages: null };
}
