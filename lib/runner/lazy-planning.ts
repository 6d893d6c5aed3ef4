import type { TreeWork } from '../api/wire';
import type { PlanningHere } from './planning-here';
import type { Planning, PlanningAnswers, PlanningWork } from './planning-work';

/** A planner in this process whose code is loaded when something is planned: most commands plan nothing. */
export class LazyPlanning implements Planning {
  private here: PlanningHere | null = null;

  /** `tell` hears what is being done for a tree; null: nothing any more. */
  constructor(
    private readonly home: string,
    private readonly tell: (tree: string, work: TreeWork | null) => void,
  ) {}

  get treeWork(): ReadonlyMap<string, TreeWork> {
    return this.here?.treeWork ?? new Map();
  }

  async run<Kind extends PlanningWork['kind']>(
    work: PlanningWork & { readonly kind: Kind },
    signal?: AbortSignal,
  ): Promise<PlanningAnswers[Kind]> {
    const { PlanningHere } = await import('./planning-here');
    this.here ??= new PlanningHere(this.home, this.tell);
    return this.here.run<Kind>(work, signal);
  }

  stopReading(tree: string): void {
    this.here?.stopReading(tree);
  }

  forget(tree: string): void {
    this.here?.forget(tree);
  }

  close(): void {
    this.here?.close();
  }
}
