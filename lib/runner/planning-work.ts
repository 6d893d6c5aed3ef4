import type { ImportBody } from '../api/bodies';
import type {
  BootstrapAnswer,
  ExportFacts,
  ImportAnswer,
  PackageList,
  PlannedOrigins,
  RepositoriesAnswer,
  SourcesAnswer,
  TreeFacts,
  TreeWork,
  VerifyResult,
} from '../api/wire';
import type { Design } from '../design/index';
import type { ToolchainFacts } from '../layout/toolchain';
import type { BootstrapWay } from '../plan/bootstrap-stages';
import type { BuildObstacle } from '../plan/build-obstacle';
import type { KnownRepository } from '../plan/known-repositories';
import type { Fix, PlanResult } from '../resolve/plan';
import type { OverlayAnswer, OverlayAsk } from './overlay-work';

export interface PackageQuery {
  /** every word must be in the name or the description; empty = all */
  readonly words: string;
  readonly limit: number;
}

/** What the planning thread is asked. */
export type PlanningWork =
  /** `wantsOrigins`: with where its packages come from */
  | { readonly kind: 'plan'; readonly design: Design; readonly wantsOrigins?: boolean }
  /** looks in these repositories, and in this machine's, for what a design without a plan lacks */
  | {
      readonly kind: 'elsewhere';
      readonly design: Design;
      readonly missing: readonly string[];
      readonly known: readonly KnownRepository[];
    }
  | { readonly kind: 'packages'; readonly design: Design; readonly query: PackageQuery }
  /** opens a tree, and reads what has no metadata; `again`: also when that was stopped */
  | { readonly kind: 'tree'; readonly name: string; readonly again: boolean }
  /** a design out of a Portage configuration; thousands of lines are judged one by one */
  | { readonly kind: 'import'; readonly body: ImportBody }
  /** the repositories of a tree, and which of them wins for a package */
  | { readonly kind: 'repositories'; readonly name: string; readonly package: string | null }
  /** writes the plan's minimal tree below an empty folder; `archive`: packs it there instead; `isMeasured`: it is not kept */
  | {
      readonly kind: 'export';
      readonly design: Design;
      readonly folder: string;
      readonly archive: string | null;
      readonly isMeasured: boolean;
    }
  | { readonly kind: 'verify'; readonly design: Design }
  /** where the sources of the plan are; other versions for what can be had nowhere */
  | { readonly kind: 'sources'; readonly design: Design }
  /** takes an ebuild home, or shows and writes what belongs to one */
  | { readonly kind: 'overlay'; readonly design: Design; readonly ask: OverlayAsk }
  | {
      readonly kind: 'bootstrap';
      readonly design: Design;
      /** null: the first that the tree has */
      readonly way: BootstrapWay | null;
      readonly without: readonly string[];
      readonly wantsFixes: boolean;
    };

/** What a plan's part of its tree holds. */
export type ExportedPlan = Omit<ExportFacts, 'fileName'>;

export interface PlanningAnswers {
  readonly plan: {
    readonly result: PlanResult;
    readonly obstacle: BuildObstacle | null;
    readonly toolchain: ToolchainFacts;
    /** null: they were not asked for, or there is no plan */
    readonly origins: PlannedOrigins | null;
    readonly notices: readonly string[];
    /** variables whose values are USE flags, `PYTHON_TARGETS`; `hidden`: those that are not shown. Source: PMS 5.2.4 */
    readonly useExpand: { readonly names: readonly string[]; readonly hidden: readonly string[] };
    /** of the planner alone */
    readonly durationMs: number;
  };
  readonly elsewhere: readonly Fix[];
  readonly packages: PackageList;
  readonly tree: TreeFacts;
  readonly repositories: RepositoriesAnswer;
  readonly import: ImportAnswer;
  readonly export: ExportedPlan;
  readonly verify: VerifyResult;
  readonly sources: SourcesAnswer;
  readonly bootstrap: BootstrapAnswer;
  readonly overlay: OverlayAnswer;
}

/** Who plans: the thread of a server, or this process. */
export interface AsksPlanner {
  /** Throws what planning throws; `AbortError` when `signal` was first. */
  run<Kind extends PlanningWork['kind']>(
    work: PlanningWork & { readonly kind: Kind },
    signal?: AbortSignal,
  ): Promise<PlanningAnswers[Kind]>;
}

/** What a planner is told and asked besides. */
export interface Planning extends AsksPlanner {
  /** what is being done for trees at the moment */
  readonly treeWork: ReadonlyMap<string, TreeWork>;
  /** Stops reading ebuilds of a tree. What was read is kept. */
  stopReading(tree: string): void;
  /** Has designs on a tree opened anew when they are asked for next: ebuilds of theirs changed. */
  forget(tree: string): void;
}

/** An error on its way between threads. */
export interface CarriedError {
  /** null: not one of Studio's own */
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
  readonly details: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
  readonly stack: string;
}

/** `stopFlag` is set to 1 when nobody waits any more; a search in progress looks at it. */
export type ToPlanning =
  | {
      readonly kind: 'do';
      readonly ticket: number;
      readonly work: PlanningWork;
      readonly stopFlag: SharedArrayBuffer;
    }
  | { readonly kind: 'drop'; readonly ticket: number }
  /** stops reading the ebuilds of a tree */
  | { readonly kind: 'stop'; readonly tree: string }
  /** ebuilds of a design on this tree changed */
  | { readonly kind: 'forget'; readonly tree: string };

export type FromPlanning =
  | {
      readonly kind: 'done';
      readonly ticket: number;
      readonly answer: PlanningAnswers[keyof PlanningAnswers];
    }
  | { readonly kind: 'failed'; readonly ticket: number; readonly error: CarriedError }
  /** null: nothing is being done for the tree any more */
  | { readonly kind: 'tree'; readonly tree: string; readonly work: TreeWork | null };
