import { setTimeout as wait } from 'node:timers/promises';
import type { RepositoriesAnswer, TreeFacts, TreeSummary, TreeWork } from '../api/wire';
import { type StudioError, tellable } from '../errors';
import { isGitAddress } from '../plan/clone';
import { addTree, cloneTree, forgetTree, listTrees, type RegisteredTree, treeNames } from '../plan/trees';
import { RunnerError } from './errors';
import type { Planning } from './planning-work';

/** What is known of a tree between two questions of the planning thread. */
interface Known {
  readonly reading: Promise<void>;
  facts: TreeFacts | null;
  problem: StudioError | null;
  askedAt: number;
}

interface Clone {
  readonly url: string;
  readonly stopping: AbortController;
  work: TreeWork;
  problem: StudioError | null;
}

/** After this time a list is answered with what is known so far. */
const patienceMs = 1_000;
const believedMs = 15_000;

/**
 * Package trees and what is being done for them. Cloning and reading ebuilds that have no metadata go on in the
 * background, whoever asks; a server that was started again goes on with what is missing.
 */
export class Trees {
  private readonly clones = new Map<string, Clone>();
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly home: string,
    private readonly planner: Planning,
  ) {}

  /** What is being done, by tree. */
  work(): Readonly<Record<string, TreeWork>> {
    const cloning = [...this.clones].flatMap(([name, { work, problem }]) => (problem ? [] : [[name, work] as const]));
    return Object.fromEntries([...this.planner.treeWork, ...cloning]);
  }

  /** A text that changes when the list does: which trees there are, and how each stands. */
  listState(): string {
    const known = [...this.known].map(([name, each]) => [name, this.isBusy(each), each.problem?.code ?? null]);
    const clones = [...this.clones].map(([name, { problem }]) => [name, problem?.code ?? null]);
    return JSON.stringify([treeNames(this.home), known, clones]);
  }

  async list(): Promise<readonly TreeSummary[]> {
    const registered = listTrees(this.home);
    const trees = [
      { name: 'starter', role: 'tree', kind: 'starter', location: 'part of the program', ...nowhere } as const,
      ...registered.filter((tree) => tree.usable).map((tree) => ({ name: tree.name, ...placeOf(tree) })),
    ];
    const asked = trees.map((tree) => this.ask(tree.name));
    await Promise.race([Promise.all(asked.map((known) => known.reading)), wait(patienceMs, undefined, { ref: false })]);
    return [
      ...trees.map((tree) => this.summary(tree)),
      ...registered.filter((tree) => !tree.usable).map(gone),
      ...[...this.clones].map(([name, clone]) => cloning(name, clone)),
    ];
  }

  /** Registers a folder at once, clones a URL in the background; then reads what has no metadata. Throws as `addTree`. */
  async add(name: string, location: string): Promise<TreeSummary> {
    if (this.clones.get(name)?.problem) this.clones.delete(name);
    if (this.clones.has(name)) {
      throw new RunnerError('TREE_BUSY', `\`${name}\` is already being cloned`, { hint: 'Stop that first.' });
    }
    if (isGitAddress(location)) return this.clone(name, location);
    const added = addTree(name, location, this.home);
    this.known.delete(name);
    this.ask(name);
    return this.summary({ name, ...placeOf(added) });
  }

  /** Its repositories, and which of them wins for a package. Throws TREE_UNKNOWN. */
  repositories(name: string, of: string | null, signal?: AbortSignal): Promise<RepositoriesAnswer> {
    this.require(name);
    return this.planner.run({ kind: 'repositories', name, package: of }, signal);
  }

  /** Reads the ebuilds of a tree whose reading was stopped or failed. Throws TREE_UNKNOWN. */
  async read(name: string): Promise<void> {
    const clone = this.clones.get(name);
    if (clone?.problem) {
      this.clones.delete(name);
      this.clone(name, clone.url);
      return;
    }
    this.require(name);
    this.known.delete(name);
    this.ask(name, true);
  }

  /** Stops cloning, of which nothing is left, or reading ebuilds. Throws TREE_UNKNOWN. */
  stop(name: string): void {
    const clone = this.clones.get(name);
    if (!clone) this.require(name);
    if (clone) {
      clone.stopping.abort();
      this.clones.delete(name);
    } else this.planner.stopReading(name);
  }

  /** Throws TREE_UNKNOWN. */
  async remove(name: string): Promise<void> {
    const isCloning = this.clones.has(name);
    if (!isCloning && name === 'starter') throw partOfTheProgram();
    this.stop(name);
    this.known.delete(name);
    if (isCloning && !treeNames(this.home).includes(name)) return;
    await forgetTree(name, this.home);
  }

  private require(name: string): void {
    const names = ['starter', ...treeNames(this.home)];
    if (!names.includes(name)) throw unknownTree(name, names);
  }

  private clone(name: string, url: string): TreeSummary {
    const stopping = new AbortController();
    const work: TreeWork = {
      step: 'cloning',
      message: 'Asking for it',
      done: null,
      total: null,
      perSecond: null,
      remainingMs: null,
    };
    const clone: Clone = { url, stopping, work, problem: null };
    this.clones.set(name, clone);
    cloneTree(name, url, {
      home: this.home,
      signal: stopping.signal,
      onProgress: ({ step, percent }) => {
        clone.work = { ...work, message: step, done: percent, total: percent === null ? null : 100 };
      },
    }).then(
      () => {
        if (this.clones.get(name) === clone) this.clones.delete(name);
        this.known.delete(name);
        this.ask(name);
      },
      (error: unknown) => {
        clone.problem = tellable(error);
      },
    );
    return cloning(name, clone);
  }

  private ask(name: string, again = false): Known {
    const before = this.known.get(name);
    if (before && !again && (this.isBusy(before) || performance.now() - before.askedAt < believedMs)) return before;
    const known: Known = {
      facts: before?.facts ?? null,
      problem: null,
      askedAt: Number.POSITIVE_INFINITY,
      reading: this.planner.run({ kind: 'tree', name, again }).then(
        (facts) => {
          known.facts = facts;
          known.askedAt = performance.now();
        },
        (error: unknown) => {
          known.problem = tellable(error);
          known.askedAt = performance.now();
        },
      ),
    };
    this.known.set(name, known);
    return known;
  }

  private isBusy(known: Known): boolean {
    return known.askedAt === Number.POSITIVE_INFINITY;
  }

  private summary(tree: TreePlace & Pick<TreeSummary, 'name'>): TreeSummary {
    const known = this.known.get(tree.name);
    const work = this.planner.treeWork.get(tree.name) ?? null;
    const facts = known?.facts ?? null;
    if (work || (known && this.isBusy(known) && !facts)) {
      return { ...tree, state: 'working', message: null, hint: null, work, facts };
    }
    if (known?.problem) {
      const { code, message, hint } = known.problem;
      const state = code === 'METADATA_STOPPED' ? 'stopped' : 'failed';
      return { ...tree, state, message, hint: state === 'stopped' ? null : (hint ?? null), work: null, facts };
    }
    return { ...tree, state: 'ready', message: null, hint: null, work: null, facts };
  }
}

type TreePlace = Pick<TreeSummary, 'role' | 'kind' | 'location' | 'folder' | 'commit'>;

const nowhere = { folder: null, commit: null };

const placeOf = ({ kind, url, folder, commit }: RegisteredTree): TreePlace => ({
  role: kind === 'overlay' ? 'overlay' : 'tree',
  folder,
  commit,
  ...(url === null ? { kind: 'folder', location: folder } : { kind: 'git', location: url }),
});

function cloning(name: string, { url, work, problem }: Clone): TreeSummary {
  return {
    name,
    role: 'tree',
    kind: 'git',
    location: url,
    ...nowhere,
    state: problem ? 'failed' : 'working',
    message: problem?.message ?? null,
    hint: problem?.hint ?? null,
    work: problem ? null : work,
    facts: null,
  };
}

function gone(tree: RegisteredTree): TreeSummary {
  return {
    name: tree.name,
    ...placeOf(tree),
    state: 'failed',
    message: 'The folder is gone or holds no overlays any more.',
    hint: 'Restore it, or forget the tree and add another one.',
    work: null,
    facts: null,
  };
}

const unknownTree = (name: string, known: readonly string[]): RunnerError =>
  new RunnerError('TREE_UNKNOWN', `There is no package tree \`${name}\`.`, { hint: `Known: ${known.join(', ')}.` });

const partOfTheProgram = (): RunnerError =>
  new RunnerError('TREE_BUSY', 'The tree `starter` is part of the program and stays.');
