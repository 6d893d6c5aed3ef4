import type { TreeWork } from '../api/wire';
import { answerWork } from './planning-answers';
import type { Planning, PlanningAnswers, PlanningWork } from './planning-work';
import { TreeShelf } from './tree-shelf';

/** Plans in this process, for one command: the questions and answers of the planning thread of a server. */
export class PlanningHere implements Planning {
  readonly treeWork = new Map<string, TreeWork>();
  private readonly shelf: TreeShelf;

  /** `tell` hears what is being done for a tree; null: nothing any more. */
  constructor(
    private readonly home: string,
    tell: (tree: string, work: TreeWork | null) => void,
  ) {
    const keep = (tree: string, work: TreeWork | null): void => {
      if (work) this.treeWork.set(tree, work);
      else this.treeWork.delete(tree);
      tell(tree, work);
    };
    this.shelf = new TreeShelf(home, keep, false);
  }

  close(): void {
    this.shelf.close();
  }

  stopReading(tree: string): void {
    this.shelf.stop(tree);
  }

  forget(tree: string): void {
    this.shelf.forget(tree);
  }

  async run<Kind extends PlanningWork['kind']>(
    work: PlanningWork & { readonly kind: Kind },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<PlanningAnswers[Kind]> {
    const onTry = (): void => signal.throwIfAborted();
    return (await answerWork(work, { home: this.home, shelf: this.shelf, signal, onTry })) as PlanningAnswers[Kind];
  }
}
