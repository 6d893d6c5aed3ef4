import type { Design, DesignProblem } from '../design/index';
import type { SysextCheck } from '../design/sysext-checks';
import type { PlanOrigins } from '../engine/describe-origins';
import type { DerivedNames } from '../layout/names';
import type { LayoutRow } from '../layout/planned-tree';
import type { ToolchainFacts } from '../layout/toolchain';
import type {
  FileChange,
  ManifestProposal,
  OverlayFile,
  OverlayView,
  PrefixPatch,
  RemovedEbuild,
  TakeAnswer,
  UpdateProposal,
} from '../overlay';
import type { BootstrapPlan } from '../plan/bootstrap-report';
import type { BuildObstacle } from '../plan/build-obstacle';
import type { ImportedDesign } from '../plan/import/import-files';
import type { PlanSources, SourceCounts } from '../plan/plan-sources';
import type { PackageChoice, RepositoryView } from '../plan/repository-view';
import type { PlanDifference, VerifyResult } from '../plan/verify-emerge';
import type { Story } from '../resolve/explain';
import type { Derivation, Fix, PlanResult, PlanWarning } from '../resolve/plan';
import type { SystemMatch } from '../sysext/match-matrix';
import type { ExpectedTime } from './estimate';
import type { ImageFacts, ProofCheck, RunState } from './events';
import type { FailureView, RunStage, RunTotals } from './run-view';

export interface Health {
  readonly ok: true;
  readonly version: string;
  readonly pid: number;
  readonly database: 'sqlite' | 'postgresql';
  readonly home: string;
  readonly runner: RunnerStatus;
}

export interface RunnerStatus {
  readonly workers: readonly WorkerStatus[];
  /** runs that wait */
  readonly queued: number;
  /** runs in progress, command line builds included */
  readonly running: number;
}

export interface WorkerStatus {
  readonly id: string;
  readonly pid: number;
  readonly kind: 'server' | 'command';
  /** run in progress */
  readonly run: string | null;
  /** last heartbeat, UTC ISO 8601 */
  readonly seenAt: string;
}

/** A tool that Studio calls, as `doctor` lists it. */
export interface ToolReport {
  readonly name: string;
  /** what it is needed for, one sentence */
  readonly purpose: string;
  /** `required`: no build without it; `image`: needed to pack; `optional`: a feature less */
  readonly need: 'required' | 'image' | 'optional';
  readonly state: 'ok' | 'old' | 'missing';
  readonly path: string | null;
  readonly version: string | null;
  /** lowest version that works, if there is a known one */
  readonly minimum: string | null;
  /** what to run to get it; null when nothing is to be done */
  readonly remedy: string | null;
}

/** A property of the machine: user namespaces, free disk, Node version, writable data folder. */
export interface MachineCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly summary: string;
  readonly remedy: string | null;
}

export interface DoctorReport {
  readonly ok: boolean;
  readonly tools: readonly ToolReport[];
  readonly machine: readonly MachineCheck[];
  /** one line that installs everything missing; null when nothing is missing or it is not known for this system */
  readonly installCommand: string | null;
}

/** A gallery card. `id` is the file name below `public/starters/` without `.yaml`. */
export interface StarterCard {
  readonly id: string;
  readonly title: string;
  /** what you will have at the end, one sentence */
  readonly summary: string;
  readonly board: string;
  readonly path: string;
  readonly packages: readonly string[];
  /** measured on two cores, s; null when not measured */
  readonly typicalSeconds: number | null;
}

export interface StarterDocument extends StarterCard {
  /** the file as it stands */
  readonly text: string;
  readonly design: Design;
}

/** A row of Home. */
export interface PrefixSummary {
  readonly name: string;
  readonly board: string;
  readonly path: string;
  readonly packages: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastRun: RunSummary | null;
  readonly image: ImageFacts | null;
  /** the design was edited after the last successful run began */
  readonly stale: boolean;
  /** packages in the vdb of each root; 0 before the first build */
  readonly installed: { readonly staging: number; readonly final: number };
  /** packages whose merge was interrupted half way, by a full disk for one; the next build completes it */
  readonly unfinished: readonly string[];
}

/** A stored design. `text` is the truth (comments are kept); `design` is null while the text has problems. */
export interface PrefixDocument {
  readonly name: string;
  readonly text: string;
  /** grows by one with each change; send it back with PUT */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly design: Design | null;
  readonly problems: readonly DesignProblem[];
  readonly names: DerivedNames | null;
  readonly lastRun: RunSummary | null;
}

/** What is wrong with a design: its fields, and if that was asked for, whether it can be planned. */
export interface DesignCheck {
  /** nothing that was looked at is wrong; warnings may be */
  readonly ok: boolean;
  /** null when the shape is wrong */
  readonly design: Design | null;
  readonly problems: readonly DesignProblem[];
  readonly names: DerivedNames | null;
  /** canonical text of the design; null when it has problems */
  readonly text: string | null;
  /** what merging its image means for its path */
  readonly sysext: readonly SysextCheck[];
  /** null: not asked for, or its fields are wrong */
  readonly planned: PlannedCheck | null;
}

/** What planning says of a design. */
export interface PlannedCheck {
  /** packages that would be built, installed or removed; null: there is no plan */
  readonly work: number | null;
  readonly warnings: readonly PlanWarning[];
  readonly derivations: readonly Derivation[];
  /** why there is no plan, for people */
  readonly stories: readonly Story[];
  /** changes after which it can be planned */
  readonly fixes: readonly Fix[];
  readonly notices: readonly string[];
}

/** Sources of a design's plan, where its packages come from, and changes that lead to versions whose sources can be had. */
export interface SourcesAnswer {
  /** null: there is no plan */
  readonly sources: PlanSources | null;
  readonly fixes: readonly Fix[];
  /** null: there is no plan */
  readonly origins: PlanOrigins | null;
}

/** Where the packages of a plan come from, and the sources of those that are compiled, in figures. */
export interface PlannedOrigins extends PlanOrigins {
  readonly sources: SourceCounts;
}

export interface PlanAnswer {
  readonly design: Design;
  readonly names: DerivedNames;
  readonly result: PlanResult;
  /** why the runner could not build this plan; null: nothing is in the way */
  readonly obstacle: BuildObstacle | null;
  /** what the packages are compiled with on this machine */
  readonly toolchain: ToolchainFacts;
  /** null: they were not asked for, or there is no plan */
  readonly origins: PlannedOrigins | null;
  /** what was left out of the repositories or taken otherwise than they say: a sentence each */
  readonly notices: readonly string[];
  /** variables whose values are USE flags, `PYTHON_TARGETS`; `hidden`: those that are not shown. Source: PMS 5.2.4 */
  readonly useExpand: { readonly names: readonly string[]; readonly hidden: readonly string[] };
  /** why there is no plan, for people; empty: there is one */
  readonly stories: readonly Story[];
  /** there is little room on the disk for this build; null: enough */
  readonly scarce: Omit<BuildObstacle, 'packages'> | null;
  /** time the planner took */
  readonly durationMs: number;
  /** from past builds here */
  readonly cost: ExpectedTime;
}

export interface ApplyEditsAnswer {
  readonly text: string;
  /** lines with `+ `, `- ` and two spaces in front */
  readonly diff: string;
}

/** What is being done for a tree right now. */
export interface TreeWork {
  /** `reading`: metadata of ebuilds that nobody has written down yet */
  readonly step: 'cloning' | 'reading';
  /** what git says it is doing, or the ebuild at hand */
  readonly message: string;
  /** ebuilds, or percent while cloning; null while that is not known */
  readonly done: number | null;
  readonly total: number | null;
  readonly perSecond: number | null;
  readonly remainingMs: number | null;
}

/** Ebuilds that have no metadata for the same reason; they count as masked. */
export interface UnreadableEbuilds {
  readonly reason: string;
  readonly count: number;
  /** the first ones, `category/PN-PVR` */
  readonly examples: readonly string[];
}

/** What is known of a tree once it is open. */
export interface TreeFacts {
  readonly packages: number;
  readonly ebuilds: number;
  readonly repositories: readonly string[];
  readonly unreadable: readonly UnreadableEbuilds[];
  /** what was left out or taken otherwise than the repositories say: a sentence each */
  readonly notices: readonly string[];
}

/** One of the trees a design may be planned on (`tree:` key), or an overlay it may add (`repositories:` key). */
export interface TreeSummary {
  readonly name: string;
  readonly role: 'tree' | 'overlay';
  /** the address that it was cloned from, or its folder */
  readonly location: string;
  /** where it lies; null: part of the program, or still being cloned */
  readonly folder: string | null;
  /** what is checked out; null when it is no git checkout that is understood */
  readonly commit: string | null;
  readonly kind: 'starter' | 'folder' | 'git';
  /** `stopped`: a person stopped the reading of its ebuilds */
  readonly state: 'ready' | 'working' | 'stopped' | 'failed';
  /** what went wrong */
  readonly message: string | null;
  /** what to do about it */
  readonly hint: string | null;
  readonly work: TreeWork | null;
  /** null until it is open */
  readonly facts: TreeFacts | null;
}

/** Repositories of a tree, lowest priority first, and which of them wins for the package that was asked about. */
export interface RepositoriesAnswer {
  readonly repositories: readonly RepositoryView[];
  /** null: none was asked about, or no repository has it */
  readonly package: PackageChoice | null;
}

export type ImportAnswer = ImportedDesign;

/** A package of a tree, for search; all versions in one row. */
export interface PackageRow {
  /** `category/PN` */
  readonly name: string;
  /** the newest version that is no live ebuild; null: there are only live ebuilds */
  readonly newest: string | null;
  readonly description: string;
  readonly repository: string;
  /** highest first */
  readonly versions: readonly {
    readonly version: string;
    readonly slot: string;
    readonly keywords: readonly string[];
  }[];
  readonly license: string;
  readonly iuse: readonly string[];
}

export interface PackageList {
  readonly tree: string;
  readonly packages: readonly PackageRow[];
  /** how many match in all */
  readonly total: number;
}

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly board: string;
  readonly state: RunState;
  readonly stage: RunStage;
  readonly message: string;
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly totals: RunTotals;
  readonly failure: FailureView | null;
  readonly image: ImageFacts | null;
  /** every check passed; null before the proof */
  readonly proven: boolean | null;
  /** who builds or built it */
  readonly origin: 'web' | 'command';
  /** id of the driver that builds or built it */
  readonly driver: string;
  /** the run that this one repeats */
  readonly retryOf: string | null;
  /** revision of the design it builds */
  readonly revision: number | null;
  readonly seq: number;
}

export interface RunList {
  readonly runs: readonly RunSummary[];
  /** pass as `before` for the next page; null at the end */
  readonly next: string | null;
}

/** One log file of a run: of a package (PlanNodeId) or of the run itself (id null). */
export interface LogFile {
  readonly id: string | null;
  readonly lines: number;
  readonly sizeBytes: number;
}

/** Lines `from` to `from + lines.length - 1` (1-based), with ANSI sequences. `total` grows while the package builds. */
export interface LogRange {
  readonly id: string | null;
  readonly from: number;
  readonly lines: readonly string[];
  readonly total: number;
}

export interface LogHit {
  readonly id: string | null;
  readonly line: number;
  /** without ANSI sequences, at most 400 characters */
  readonly text: string;
}

export interface LogHits {
  readonly hits: readonly LogHit[];
  /** true: there are more than were asked for, or more text than is searched */
  readonly more: boolean;
}

/** Roots whose files can be looked at. `image`: what of final an image gets. */
export type FileRoot = 'staging' | 'final' | 'image';

/** ELF facts of a file, as shown in the tree. */
export interface ElfFacts {
  readonly kind: 'executable' | 'library' | 'object' | 'other';
  readonly machine: number;
  readonly interpreter: string | null;
  readonly soname: string | null;
  readonly needed: readonly string[];
  readonly rpath: string | null;
  readonly runpath: string | null;
}

/** Every file of a root. */
export interface AllFiles {
  readonly name: string;
  readonly root: FileRoot;
  /** the prefix's path on the target */
  readonly path: string;
  readonly files: readonly FileEntry[];
}

export interface FileEntry {
  readonly name: string;
  /** path from the root's top, begins with `/` */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** of a directory: of everything below */
  readonly sizeBytes: number;
  /** octal, four digits: `0755` */
  readonly mode: string;
  /** cpv of the package that owns it */
  readonly owner: string | null;
  /** `uid:gid` that it has in the image; null: root's */
  readonly givenTo: string | null;
  /** capabilities that it has in the image, `cap_net_raw=ep`; null: none */
  readonly capabilities: string | null;
  readonly target: string | null;
  readonly elf: ElfFacts | null;
  /** direct children of a directory, else 0 */
  readonly children: number;
  /** of final: why it stays out of the image; null: it is packed, or there is no image */
  readonly notPacked: string | null;
}

export interface DirectoryListing {
  readonly root: FileRoot;
  readonly path: string;
  readonly entries: readonly FileEntry[];
}

export interface FileHits {
  readonly root: FileRoot;
  readonly entries: readonly FileEntry[];
  readonly total: number;
}

export interface FilePreview {
  readonly root: FileRoot;
  readonly entry: FileEntry;
  /** first 256 KiB as text; null for binary files */
  readonly text: string | null;
  readonly truncated: boolean;
}

/** One directory of staging, final and image, aligned. Before the first build: the planned rows of the whole prefix. */
export interface LayoutListing {
  readonly path: string;
  /** false: nothing was built yet, `rows` are the planned ones of every level */
  readonly built: boolean;
  readonly rows: readonly LayoutRow[];
}

/** The image of the last successful run and how to deploy it. */
export interface ImageAnswer {
  readonly image: ImageFacts;
  /** of the run that packed it */
  readonly run: string;
  readonly builtAt: string;
  readonly downloadUrl: string;
  readonly extensionRelease: string;
  readonly butane: string;
  /** shell lines to copy on the target */
  readonly commands: readonly string[];
  readonly warnings: readonly string[];
  readonly proof: readonly ProofCheck[];
}

/** On which systems the newest image of a prefix merges, or would, before there is one. */
export interface MatchesAnswer {
  readonly name: string;
  /** false: nothing was packed yet, `extensionRelease` is what the design would give */
  readonly built: boolean;
  /** empty: the design wants no image */
  readonly extensionRelease: string;
  /** the design was edited since and asks for other systems than the image */
  readonly isOutdated: boolean;
  readonly systems: readonly SystemMatch[];
}

/** What DELETE of a prefix removed. */
export interface RemoveAnswer {
  readonly name: string;
  readonly removed: readonly string[];
  /** null: it is out of the way, and still being deleted */
  readonly freedBytes: number | null;
}

/** How staging is filled from nothing, stage by stage. */
export interface BootstrapAnswer {
  readonly plan: BootstrapPlan;
  readonly durationMs: number;
}

export type {
  FileChange,
  ManifestProposal,
  OverlayFile,
  OverlayView,
  PlanDifference,
  PrefixPatch,
  RemovedEbuild,
  TakeAnswer,
  UpdateProposal,
  VerifyResult,
};

export interface PatchText {
  readonly text: string;
}

/** Whether there is an emerge to ask. */
export interface VerifyReadiness {
  readonly isReady: boolean;
  /** the program, `/usr/bin/emerge`; null: there is none */
  readonly emerge: string | null;
  /** why not, and where it works */
  readonly message: string | null;
}

/** What a minimal tree would hold, before it is downloaded. */
export interface ExportFacts {
  /** of the plan */
  readonly hash: string;
  readonly packages: number;
  /** repository -> ebuilds */
  readonly ebuilds: Readonly<Record<string, number>>;
  readonly eclasses: number;
  readonly files: number;
  readonly sizeBytes: number;
  readonly fileName: string;
}
