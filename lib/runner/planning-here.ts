import type { TreeWork } from '../api/wire';
import { answerWork } from './planning-answers';
import type { AsksPlanner, PlanningAnswers, PlanningWork } from './planning-work';
import { TreeShelf } from './tree-shelf';

/** Plans in this process, for one command: the questions and answers of the planning thread of a server. */
export class PlanningHere implements AsksPlanner {
  private readonly shelf: TreeShelf;

  /** `tell` hears what is being done for a tree; null: nothing any more. */
  constructor(
    private readonly home: string,
    tell: (tree: string, work: TreeWork | null) => void,
  ) {
    this.shelf = new TreeShelf(home, tell, false);
  }

  close(): void {
    this.shelf.close();
  }

  async run<Kind extends PlanningWork['kind']>(
    work: PlanningWork & { readonly kind: Kind },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<PlanningAnswers[Kind]> {
    const onTry = (): void => signal.throwIfAborted();
    return (await answerWork(work, { home: this.home, shelf: this.shelf, signal, onTry })) as PlanningAnswers[Kind];
  }
}
