import type { ToolchainWords } from './toolchain';
/** The root a package of a run is for; the same words as a plan's. */
export type RunRoot = 'host' | 'staging' | 'final';

/** States of a package in a run; the words of the product's one state vocabulary. */
export type PackageState =
  | 'queued'
  | 'blocked'
  | 'fetching'
  | 'building'
  | 'merging'
  | 'reused'
  | 'done'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'timed_out';

export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Steps of a package as shown: PMS phases and ours around them. */
export type BuildPhase =
  | 'fetch'
  | 'pretend'
  | 'setup'
  | 'unpack'
  | 'prepare'
  | 'configure'
  | 'compile'
  | 'test'
  | 'install'
  | 'package'
  | 'preinst'
  | 'merge'
  | 'postinst';

/** A package of a run as listed when the plan is known. */
export interface RunPackage {
  /** PlanNodeId */
  readonly id: string;
  readonly root: RunRoot;
  readonly cpv: string;
  readonly action: 'build' | 'reuse' | 'install' | 'remove';
  /** ids it waits for */
  readonly needs: readonly string[];
  /** median of past builds, ms; null when never built here */
  readonly expectedMs: number | null;
  /** is on the longest chain of packages that wait for each other, which the run cannot be faster than */
  readonly isCritical?: boolean;
}

/** Checks of ours on what a package installs; the words people see. */
export type QaCheck =
  | 'unowned-files'
  | 'shebang'
  | 'build-path'
  | 'text-relocations'
  | 'exec-stack'
  | 'run-path'
  | 'lazy-binding'
  | 'libtool-archive'
  | 'broken-link'
  | 'unusual-place'
  | 'empty-directory'
  | 'one-path';

/** What a package wants people to know: `elog`, `ewarn`, `eqawarn` and `eerror` of its phases, and our checks of its image. */
export interface PackageNotice {
  readonly level: 'log' | 'warn' | 'qa' | 'error';
  /** in which phase; a name of PMS without `src_` or `pkg_`, or `package` for checks of the image */
  readonly phase: string;
  /** the check that found it; null: the ebuild says so itself */
  readonly check: QaCheck | null;
  /** plain text, lines end with `\n` */
  readonly text: string;
}

/** A command of the design that did not end well when it was started for the proof. */
export interface FailedStart {
  /** as the design has it, its words joined by spaces */
  readonly command: string;
  readonly exitCode: number | null;
  /** how it ended, as the end of a sentence: "was ended by SIGSEGV" */
  readonly how: string;
  /** the last lines that it wrote */
  readonly output: string;
}

export interface ProofCheck {
  readonly name:
    | 'interpreter'
    | 'needed'
    | 'rpath'
    | 'shebang'
    | 'symlink'
    | 'staging-path'
    | 'permissions'
    | 'machine'
    | 'c-library'
    | 'own-sources'
    | 'starts'
    | 'hostile-host'
    | 'outside-files'
    | 'host-data'
    | 'image';
  readonly ok: boolean;
  /** why the check could not run on this machine; `ok` is false then, but it is no leak */
  readonly skipped?: string;
  /** one sentence with figures */
  readonly summary: string;
  /** patterns of INSTALL_MASK that name the leaking files, where the image may well go without these; absent: not so */
  readonly leaveOut?: readonly string[];
  readonly findings: readonly {
    readonly path: string;
    readonly owner: string | null;
    readonly detail: string;
    readonly severity: 'leak' | 'notice';
    /** absent: not about a command of the design, or of a run of an older version */
    readonly start?: FailedStart;
  }[];
}

export interface ImageFacts {
  /** absolute path on the runner */
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly format: 'squashfs' | 'erofs';
  /** content of its extension-release file; absent in runs of older versions */
  readonly release?: string;
  /** packed files that their host service never looks for below a prefix, absolute; absent in runs of older versions */
  readonly unread?: readonly string[];
}

/** The one event union of every driver, the event log, SSE and `--json`. `seq` and `at` are added by the log. */
export type RunEvent =
  | { readonly kind: 'started'; readonly run: string; readonly name: string; readonly board: string }
  | {
      readonly kind: 'planned';
      readonly planHash: string;
      readonly packages: readonly RunPackage[];
      /** what the packages are compiled with; absent in runs of older versions */
      readonly toolchain?: ToolchainWords;
    }
  | {
      readonly kind: 'stage';
      readonly stage: 'planning' | 'setup' | 'staging' | 'final' | 'proof' | 'image';
      readonly message: string;
    }
  | { readonly kind: 'package_queued'; readonly id: string }
  | { readonly kind: 'package_blocked'; readonly id: string; readonly by: string }
  | { readonly kind: 'package_started'; readonly id: string }
  | { readonly kind: 'package_phase'; readonly id: string; readonly phase: BuildPhase }
  | {
      readonly kind: 'package_finished';
      readonly id: string;
      readonly durationMs: number;
      readonly sizeBytes: number;
      readonly files: number;
    }
  | { readonly kind: 'package_reused'; readonly id: string; readonly reason: string }
  | {
      readonly kind: 'package_failed';
      readonly id: string;
      readonly phase: BuildPhase;
      readonly message: string;
      readonly firstErrorLine: string | null;
      readonly logLine: number | null;
      readonly hint: string | null;
    }
  | {
      readonly kind: 'package_skipped';
      readonly id: string;
      /** the package that failed */
      readonly because: string;
      /** it does not need that package: the run stopped there; absent in runs of older versions */
      readonly isUnrelated?: boolean;
    }
  | { readonly kind: 'package_cancelled'; readonly id: string }
  | { readonly kind: 'package_notice'; readonly id: string; readonly notice: PackageNotice }
  /** complete lines of output with ANSI sequences kept; `line` is the 1-based number of the first one in that package's log. id null: the run itself */
  | { readonly kind: 'log'; readonly id: string | null; readonly line: number; readonly text: string }
  | { readonly kind: 'resources'; readonly id: string; readonly cpuMs: number; readonly peakRssBytes: number }
  | { readonly kind: 'proof'; readonly checks: readonly ProofCheck[] }
  | { readonly kind: 'image'; readonly image: ImageFacts }
  | { readonly kind: 'interrupted'; readonly message: string }
  | {
      readonly kind: 'done';
      readonly ok: boolean;
      readonly state: 'succeeded' | 'failed' | 'cancelled';
      readonly finalRoot: string | null;
      readonly image: string | null;
      readonly message: string;
    };

/** An event as stored and sent: `seq` grows by one within a run (SSE id), `at` is UTC ISO 8601. */
export type LoggedEvent = RunEvent & { readonly seq: number; readonly at: string };

/** Takes the events of a run as they happen. */
export type RunEmitter = (event: RunEvent) => void;
