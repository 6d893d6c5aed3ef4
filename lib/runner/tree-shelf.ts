import type { TreeWork } from '../api/wire';
import type { Design } from '../design/index';
import { PlanError } from '../plan/errors';
import {
  type OpenedDesign,
  type OpenedTree,
  openDesign,
  openDesignTree,
  repositoriesByHand,
} from '../plan/open-design';
import { toolchainKind } from '../plan/toolchain';
import { Precedence } from './precedence';

/** How long an opened tree is believed. Looking for changes costs about as much as opening it again. */
const believedMs = 10_000;
const mostTrees = 4;
const tellEveryMs = 200;

interface Entry {
  readonly tree: string;
  readonly opening: Promise<OpenedTree>;
  readonly stopping: AbortController;
  /** null: still opening */
  openedAt: number | null;
}

/** What decides which repositories are open. */
const keyOf = (design: Design, home: string): string =>
  JSON.stringify([design.tree, design.repositories, toolchainKind(design), repositoriesByHand(design, { home })]);

/**
 * Trees that are open. Whoever asks for the same tree waits for the same reading of its ebuilds, which goes on when they
 * have left, and ends when it is stopped.
 */
export class TreeShelf {
  private readonly entries = new Map<string, Entry>();
  private readonly stopped = new Set<string>();
  private readonly precedence = new Precedence();
  /** trees that are read as they are asked for, until the end */
  private readonly inParts = new Map<string, OpenedTree>();

  /**
   * `tell` hears what is being done for a tree; null: nothing any more. `readsOn`: what a question leaves unread is read
   * behind it, for the next ones; default true.
   */
  constructor(
    private readonly home: string,
    private readonly tell: (tree: string, work: TreeWork | null) => void,
    private readonly readsOn = true,
  ) {}

  /** Ends the reading of trees. What was read is kept. */
  close(): void {
    for (const { tree } of [...this.entries.values()]) this.stop(tree);
    for (const { reading } of this.inParts.values()) reading?.close();
    this.inParts.clear();
  }

  /**
   * `name`: under which it is told what is being done, and stopped; default: the design's tree. Throws `METADATA_STOPPED`
   * and whatever opening a tree throws.
   */
  async open(design: Design, name: string = design.tree): Promise<OpenedDesign> {
    if (this.stopped.has(name)) throw stoppedError(name);
    const opened = await this.entryOf(design, name).opening;
    return openDesign(design, { home: this.home, opened });
  }

  /**
   * The same for a question that asks for a part of the tree: what was not read yet is read as it is asked for, by `asking`.
   * `close` it afterwards: the rest is then read in the background, which stands still while any such question is open. Nothing
   * is read behind a tree whose reading was stopped.
   */
  async openAsAsked(
    design: Design,
    name: string = design.tree,
  ): Promise<{ readonly opened: OpenedDesign; readonly close: () => void }> {
    if (!this.stopped.has(name) && this.isOpen(design))
      return { opened: await this.open(design, name), close: () => undefined };
    const inParts = this.inParts.get(keyOf(design, this.home));
    if (inParts) {
      return { opened: await openDesign(design, { home: this.home, opened: inParts }), close: () => undefined };
    }
    const say = new Calmly((work) => this.tell(name, work));
    const tree = await openDesignTree(design, {
      home: this.home,
      isReadAsAsked: true,
      onClone: ({ step, percent }) => say.progress('cloning', step, percent, 100),
      onMetadata: ({ done, total, cpv }) => say.progress('reading', cpv, done, total),
    }).finally(() => say.end());
    const isWhole = !tree.reading;
    if (isWhole) this.keep(design, tree);
    // a whole one may be opened again before it is closed, and must not wait for itself
    const goOn = isWhole ? () => undefined : this.precedence.begin();
    if (!isWhole && !this.readsOn) this.inParts.set(keyOf(design, this.home), tree);
    const close = (): void => {
      say.end();
      goOn();
      if (!this.readsOn) return;
      tree.reading?.close();
      if (isWhole || this.stopped.has(name)) return;
      // nobody waits for it, and who asks for the tree hears what is wrong with it
      this.entryOf(design, name).opening.catch(() => undefined);
    };
    try {
      return { opened: await openDesign(design, { home: this.home, opened: tree }), close };
    } catch (error) {
      close();
      throw error;
    }
  }

  /** The same, of a tree that was opened after `moment` (`performance.now()`): nothing older is believed. */
  async openSince(design: Design, moment: number): Promise<OpenedDesign> {
    const key = keyOf(design, this.home);
    const openedAt = this.entries.get(key)?.openedAt ?? null;
    if (openedAt !== null && openedAt < moment) this.entries.delete(key);
    return this.open(design);
  }

  /** Lets a tree be read again after it was stopped, and forgets what is known of it. */
  renew(tree: string): void {
    this.stopped.delete(tree);
    this.forget(tree);
  }

  /** Has a tree opened anew when it is asked for next. */
  forget(tree: string): void {
    for (const [key, entry] of this.entries) {
      if (entry.tree === tree && entry.openedAt !== null) this.entries.delete(key);
    }
  }

  stop(tree: string): void {
    for (const [key, entry] of this.entries) {
      if (entry.tree !== tree || entry.openedAt !== null) continue;
      this.stopped.add(tree);
      this.entries.delete(key);
      entry.stopping.abort(stoppedError(tree));
    }
  }

  private isOpen(design: Design): boolean {
    const openedAt = this.entries.get(keyOf(design, this.home))?.openedAt ?? null;
    return openedAt !== null && performance.now() - openedAt < believedMs;
  }

  /** A tree that was opened elsewhere, for who asks next. */
  private keep(design: Design, opened: OpenedTree): void {
    const opening = Promise.resolve(opened);
    const entry = { tree: design.tree, opening, stopping: new AbortController(), openedAt: performance.now() };
    this.put(keyOf(design, this.home), entry);
  }

  private entryOf(design: Design, name: string): Entry {
    const key = keyOf(design, this.home);
    const known = this.entries.get(key);
    if (known && (known.openedAt === null || performance.now() - known.openedAt < believedMs)) return known;
    const entry = this.begin(design, name, key);
    this.put(key, entry);
    return entry;
  }

  private put(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    for (const [old, { openedAt }] of this.entries) {
      if (this.entries.size <= mostTrees) break;
      if (openedAt !== null) this.entries.delete(old);
    }
  }

  private begin(design: Design, tree: string, key: string): Entry {
    const stopping = new AbortController();
    const say = new Calmly((work) => this.tell(tree, work));
    const opening = openDesignTree(design, {
      home: this.home,
      signal: stopping.signal,
      giveWay: () => this.precedence.gate(),
      onClone: ({ step, percent }) => say.progress('cloning', step, percent, 100),
      onMetadata: ({ done, total, cpv }) => say.progress('reading', cpv, done, total),
    });
    const entry: Entry = { tree, opening, stopping, openedAt: null };
    opening.then(
      () => {
        entry.openedAt = performance.now();
        say.end();
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
        say.end();
      },
    );
    return entry;
  }
}

/** Turns many small steps into a few messages with rate and time left. */
class Calmly {
  private startedAt: number | null = null;
  private first = 0;
  private toldAt = Number.NEGATIVE_INFINITY;
  private step: TreeWork['step'] | null = null;

  constructor(private readonly tell: (work: TreeWork | null) => void) {}

  progress(step: TreeWork['step'], message: string, done: number | null, total: number): void {
    const now = performance.now();
    if (this.step !== step || this.startedAt === null) {
      this.step = step;
      this.startedAt = now;
      this.first = done ?? 0;
    }
    if (now - this.toldAt < tellEveryMs) return;
    this.toldAt = now;
    const perSecond = done === null ? 0 : ((done - this.first) * 1000) / Math.max(1, now - this.startedAt);
    const isKnown = step === 'reading' && done !== null && perSecond > 0;
    this.tell({
      step,
      message,
      done,
      total: done === null ? null : total,
      perSecond: isKnown ? perSecond : null,
      remainingMs: isKnown ? ((total - done) * 1000) / perSecond : null,
    });
  }

  end(): void {
    if (this.step !== null) this.tell(null);
  }
}

function stoppedError(tree: string): PlanError {
  return new PlanError('METADATA_STOPPED', `the ebuilds of \`${tree}\` are not all read: the reading was stopped`, {
    hint: 'Resume it on the Packages page, where the trees are listed.',
    details: { tree },
  });
}
