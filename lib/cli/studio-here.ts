import type { AnswerOf, Route, SentArgument } from '../api';
import { isQuestion } from '../api/question';
import { readSent } from '../api/read-request';
import { type JobQueue, openDatabase, openQueue, type StudioDatabase } from '../db/index';
import { LazyPlanning } from '../runner/lazy-planning';
import { RootFiles } from '../runner/root-files';
import { Trees } from '../runner/tree-answers';
import { answer, type Here, type Home, isStoreless } from '../service';
import type { ReadingLine } from './reading-line';

/** Answers in this process, as the server would: with its own planner, on the same data folder. */
export class StudioHere implements Home {
  readonly planner: LazyPlanning;
  readonly trees: Trees;
  readonly files: RootFiles;
  private store: { readonly studio: StudioDatabase; readonly mayWrite: boolean } | null = null;
  private opened: JobQueue | null = null;

  /** Whoever watches the terminal sees on `line` what is being done for a tree. */
  constructor(
    readonly home: string,
    line: ReadingLine,
  ) {
    this.planner = new LazyPlanning(home, (tree, work) => line.tell(tree, work));
    this.trees = new Trees(home, this.planner);
    this.files = new RootFiles(home);
  }

  async ask<R extends Route>(route: R, ...sent: SentArgument<R>): Promise<AnswerOf<R>> {
    const asked = readSent(route, ...sent);
    const here = isStoreless(route) ? this : await this.withStore(!isQuestion(route));
    return (await answer(route, here as Here, asked, { signal: new AbortController().signal })) as AnswerOf<R>;
  }

  /** The store is opened when something needs it; `mayWrite`: also on a disk that takes nothing more, a copy is read otherwise. */
  async withStore(mayWrite = false): Promise<Here> {
    if (this.store && mayWrite && !this.store.mayWrite) await this.closeStore();
    this.store ??= { studio: await openDatabase({ home: this.home, onlyReads: !mayWrite }), mayWrite };
    const { home, planner, trees, files } = this;
    const { studio } = this.store;
    return { home, planner, trees, files, studio, queue: () => this.queue(studio) };
  }

  async close(): Promise<void> {
    this.planner.close();
    await this.closeStore();
  }

  private async queue(studio: StudioDatabase): Promise<JobQueue> {
    this.opened ??= await openQueue(studio, { leaseMs: 20_000, now: Date.now });
    return this.opened;
  }

  private async closeStore(): Promise<void> {
    await this.opened?.close();
    await this.store?.studio.close();
    this.opened = null;
    this.store = null;
  }
}
