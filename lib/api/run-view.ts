import type { ToolchainWords } from '../layout/toolchain';
import type { PlanRoot } from '../resolve/plan';
import type { BuildPhase, ImageFacts, PackageNotice, PackageState, ProofCheck, RunPackage, RunState } from './events';

export type RunStage = 'queued' | 'planning' | 'setup' | 'staging' | 'final' | 'proof' | 'image' | 'done';

/** One phase of one package as shown in the phase strip; times are UTC ISO 8601. */
export interface PhaseView {
  readonly phase: BuildPhase;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** Why a package failed: what the failure card shows. */
export interface FailureView {
  /** PlanNodeId; null when the run failed outside of a package (planning, proof, image) */
  readonly id: string | null;
  readonly cpv: string | null;
  readonly root: PlanRoot | null;
  readonly phase: BuildPhase | null;
  readonly message: string;
  readonly firstErrorLine: string | null;
  /** 1-based line in that package's log */
  readonly logLine: number | null;
  readonly hint: string | null;
  readonly at: string;
  /** ids of packages that were skipped because they need it */
  readonly blocks: readonly string[];
}

export interface PackageView extends RunPackage {
  readonly state: PackageState;
  readonly phase: BuildPhase | null;
  readonly phases: readonly PhaseView[];
  /** id of the package it waits for or was skipped because of */
  readonly blockedBy: string | null;
  /** skipped, and `blockedBy` is nothing that it needs: the run stopped there */
  readonly isUnrelated?: boolean;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** as measured by the engine; null while it runs (then use `elapsedMs`) */
  readonly durationMs: number | null;
  readonly sizeBytes: number | null;
  readonly files: number | null;
  readonly cpuMs: number | null;
  readonly peakRssBytes: number | null;
  /** why it was reused */
  readonly reason: string | null;
  /** what its phases and our checks want people to know, in the order in which it was said */
  readonly notices: readonly PackageNotice[];
}

/** Counts of packages. `running` = fetching, building or merging; `settled` = done, reused, failed, skipped, cancelled, timed out. */
export interface RunTotals {
  readonly total: number;
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly reused: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly settled: number;
}

/** A run as folded from its events; the same value on server, command line and browser. */
export interface RunView {
  readonly id: string;
  readonly name: string;
  readonly board: string;
  /** id of the driver that builds or built it */
  readonly driver: string;
  readonly state: RunState;
  readonly stage: RunStage;
  /** the last sentence the run said about itself */
  readonly message: string;
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly planHash: string | null;
  /** what the packages are compiled with; null: not planned yet, or a run of an older version */
  readonly toolchain: ToolchainWords | null;
  /** in plan order */
  readonly packages: readonly PackageView[];
  /** the first failure; it stays on top */
  readonly failure: FailureView | null;
  readonly failures: readonly FailureView[];
  readonly interruptions: readonly { readonly at: string; readonly message: string }[];
  readonly proof: readonly ProofCheck[] | null;
  readonly image: ImageFacts | null;
  readonly finalRoot: string | null;
  /** seq of the last folded event; 0 before the first */
  readonly seq: number;
}
