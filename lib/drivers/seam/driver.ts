import type { BuildLimits, ExpectedCost, RunOutcome } from '../../engine/index';
import type { RunEmitter } from '../../layout/events';
import type { BuildObstacle } from '../../plan/build-obstacle';
import type { OpenedDesign } from '../../plan/open-design';
import type { Plan, PlannedPackage } from '../../resolve/plan';

/** What a run asks of a driver: a plan of an opened design, to be carried out on the roots of its prefix. */
export interface DriverJob {
  readonly opened: OpenedDesign;
  readonly plan: Plan;
  /** the data folder */
  readonly home: string;
}

export interface SetUpJob extends DriverJob {
  readonly log: (line: string) => void;
}

export interface ExecuteJob extends DriverJob {
  /** packages at once; null: as the settings of the machine say */
  readonly jobs: number | null;
  /** before the settings of the machine */
  readonly limits?: BuildLimits;
  /** after a failure, go on with what does not need the package that failed */
  readonly keepGoing?: boolean;
  /** what earlier runs tell of a package: ms, bytes */
  readonly expected?: (pkg: PlannedPackage) => ExpectedCost | null;
  /** takes what happens, in order; it is on record when this returns */
  readonly emit: RunEmitter;
  /** aborted: end within 3 s and answer `cancelled`; what is merged by then is whole */
  readonly signal: AbortSignal;
}

/**
 * One way to carry out a plan. The run holds the lock of the prefix while any of these is called, and calls them in this order:
 * `canBuild`, `settle`, `setUp`, `execute`, `tearDown`. Planning before and proof and image after are the run's, whoever built.
 */
export interface Driver {
  /** name in runs, requests and options: `a-z`, digits, `-`; it never changes */
  readonly id: string;
  /** what people read, as a noun */
  readonly label: string;
  /** false: it only installs what was built elsewhere, so nothing can be built again or from source */
  readonly compiles: boolean;
  /** The plan as it would be carried out, where the driver knows more of what is built already. Changes nothing. */
  settle(job: DriverJob): Promise<Plan>;
  /**
   * What keeps it from carrying out the plan here: a reason for each package that it cannot do, with the way on and the change of
   * the design where there is one; a package that is not named can be done. Null: nothing. Changes nothing.
   */
  canBuild(job: DriverJob): Promise<BuildObstacle | null>;
  /** Makes both roots ready for packages; may be called on what is there already. Throws StudioError. */
  setUp(job: SetUpJob): Promise<void>;
  /**
   * Carries out the plan: staging and final are then as it says, with their databases of installed packages, and each package of
   * the plan's work has had its events (`lib/layout/events.ts`). A failed package is an answer; throws what the disk throws. Called
   * again after an interruption, it goes on from what is finished.
   */
  execute(job: ExecuteJob): Promise<RunOutcome>;
  /** Ends and removes what it began outside the roots; after `execute` whatever its outcome. Never throws. */
  tearDown(job: DriverJob): Promise<void>;
}
