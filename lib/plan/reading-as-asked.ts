import { availableParallelism } from 'node:os';
import { type MetadataPhase, openMetadataPhase } from '../engine/metadata';
import { atomsOf, type DependencyClass, parseAtom } from '../pms';
import {
  generateMetadata,
  type MetadataProgress,
  type PackageTree,
  type ProfiledConfiguration,
  UnreadEbuilds,
  UnreadIndex,
} from '../repo';

export interface ReadingOptions {
  readonly cacheFolder: string;
  /** version of the bash that reads ebuilds */
  readonly bash: string;
  readonly onMetadata?: (progress: MetadataProgress) => void;
  readonly signal?: AbortSignal;
}

/** The host has these with all they need: they are asked for, and nothing behind them. */
const ofHost: readonly DependencyClass[] = ['BDEPEND', 'IDEPEND'];
/** A plan needs some of the host's @system as tools; more than these, and it looks at all of it. */
const mostOfSystem = 6;
/** How much may be asked for that no guess foresaw, before everything is read that what is read names. */
const mostSurprises = 40;
const ofTarget: readonly DependencyClass[] = ['DEPEND', 'RDEPEND', 'PDEPEND'];

/**
 * Reads ebuilds of a tree without metadata when somebody asks for their package, and with them those that will be asked for
 * next: what the best visible version depends on. A question that meets an unread package is asked again once it is read.
 */
export class ReadingAsAsked {
  private readonly unread: readonly UnreadIndex[];
  private phase: MetadataPhase | null = null;
  private done = 0;
  private total = 0;
  /** packages of the host's @system that were asked for one by one */
  private ofSystem = 0;
  /** how often a question met what was not read */
  private surprises = 0;

  constructor(
    private readonly tree: PackageTree,
    private readonly options: ReadingOptions,
  ) {
    this.unread = tree.indexes.filter((index) => index instanceof UnreadIndex);
  }

  /** ebuilds that were read */
  get count(): number {
    return this.done;
  }

  /**
   * The answer to a question about the tree. `target` and `host`: by which configurations to foresee what is asked next. Who
   * asks for many packages of the host's @system goes through all of it.
   */
  async during<T>(target: ProfiledConfiguration, host: ProfiledConfiguration, ask: () => T): Promise<Awaited<T>> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof UnreadEbuilds)) throw error;
        const { packageName, isLast } = error;
        // a long question, which plans stage by stage or tries changes: asking it again costs more than reading
        if (++this.surprises > mostSurprises) await this.readOnly([packageName, ...this.named()]);
        else if (!isLast) await this.read([packageName], target);
        else {
          const system = host.system.map((text) => parseAtom(text).qualifiedName);
          if (system.includes(packageName)) this.ofSystem++;
          await this.readOnly(this.ofSystem > mostOfSystem ? [...new Set([packageName, ...system])] : [packageName]);
        }
      }
    }
  }

  /** Reads what nobody has asked for, too: the question is about the whole tree. */
  async readAll(): Promise<void> {
    const names = this.unread.flatMap((index) => index.unreadNames());
    await this.readOnly([...new Set(names)]);
  }

  /** Reads packages, and what they need, wave by wave. */
  async read(names: readonly string[], target: ProfiledConfiguration): Promise<void> {
    const known = new Set(names);
    const hosted = new Set<string>();
    for (let wave = names; wave.length > 0; ) {
      await this.readOnly([...new Set([...wave, ...hosted])]);
      const needs = wave.map((name) => needsOf(name, target));
      for (const name of needs.flatMap(({ host }) => host)) hosted.add(name);
      wave = needs.flatMap((need) => need.target).filter((name) => !known.has(name) && known.add(name));
    }
    await this.readOnly([...hosted]);
  }

  /** Unread packages that ebuilds which are read depend on, whatever their version and USE. */
  private named(): readonly string[] {
    const unread = new Set(this.unread.flatMap((index) => index.unreadNames()));
    const read = this.tree.indexes.flatMap((index) =>
      index.qualifiedNames().flatMap((name) => (unread.has(name) ? [] : index.packages(name))),
    );
    const kinds = [...ofTarget, ...ofHost];
    const names = read.flatMap((each) => kinds.flatMap((kind) => [...atomsOf(each.dependency(kind))]));
    return [...new Set(names.map(({ atom }) => atom.qualifiedName))].filter((name) => unread.has(name));
  }

  close(): void {
    this.phase?.close();
    this.phase = null;
  }

  private async readOnly(names: readonly string[]): Promise<void> {
    const pending = this.unread.flatMap((index) => names.flatMap((name) => index.pendingOf(name)));
    if (pending.length === 0) return;
    const workers = availableParallelism();
    const { repositories } = this.tree;
    this.phase ??= openMetadataPhase({ repositories: repositories.ordered.map((each) => each.location), workers });
    const { phase, done, options } = this;
    this.total = done + pending.length;
    const report = await generateMetadata(pending, repositories, {
      source: (question) => phase.read(question),
      cacheFolder: options.cacheFolder,
      bash: options.bash,
      workers,
      onProgress: (progress) => {
        this.done = done + progress.done;
        options.onMetadata?.({ ...progress, done: this.done, total: this.total });
      },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    for (const index of this.unread) index.take(names, report);
  }
}

interface Needs {
  readonly host: readonly string[];
  readonly target: readonly string[];
}

const none: Needs = { host: [], target: [] };

/** Names that the best visible version of a package asks for. Only a guess: what it misses is read when it is asked for. */
function needsOf(name: string, target: ProfiledConfiguration): Needs {
  try {
    const best = target.candidates(name).find((candidate) => target.isVisible(candidate));
    if (!best) return none;
    const { enabled } = target.use(best);
    const of = (kinds: readonly DependencyClass[]): readonly string[] =>
      kinds.flatMap((kind) =>
        [...atomsOf(best.dependency(kind), enabled)].flatMap(({ atom }) =>
          atom.blocker === null && target.provided(atom.qualifiedName).length === 0 ? atom.qualifiedName : [],
        ),
      );
    return { host: of(ofHost), target: of(ofTarget) };
  } catch (error) {
    if (error instanceof UnreadEbuilds) return none;
    throw error;
  }
}
