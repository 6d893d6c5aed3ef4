import type { DiskError } from '../host/disk-error';
import type { BuildPhase, RunEmitter } from '../layout/events';
import type { ProfileBashrc } from '../repo/profile-bashrc';
import type { Plan, PlannedPackage } from '../resolve/plan';
import type { BuildLimits } from './build-limits';
import type { ConfigProtection } from './config-protect';
import type { DescribeEbuild } from './ebuild-facts';
import type { SourceSettings } from './open-fetcher';
import type { RunEbuildPhases } from './phase-contract';
import type { PrebuiltSettings } from './prebuilt/prebuilt-packages';
import type { PrefixPlace } from './prefix-place';
import type { WorldWish } from './world';

/** What a package needed when it was built before. */
export interface ExpectedCost {
  readonly durationMs: number;
  readonly peakRssBytes: number | null;
}

export interface ExecuteRequest {
  readonly plan: Plan;
  readonly place: PrefixPlace;
  /** ebuild and configuration of a package that is to be built */
  readonly describe: DescribeEbuild;
  readonly distDir: string;
  /** folder for the index of the host's source archive */
  readonly cacheDir: string;
  /** where sources come from besides where ebuilds say */
  readonly sources?: SourceSettings;
  /** INSTALL_MASK of final */
  readonly installMask?: readonly string[];
  readonly protection?: ConfigProtection;
  /** what the world of each root shall name; absent: it is left as it is */
  readonly world?: { readonly staging: WorldWish; readonly final: WorldWish };
  /** `category/PF:slot` that the build machine provides; for `has_version -b` */
  readonly hostProvided?: readonly string[];
  /** other names of programs of the build machine: name -> absolute path */
  readonly hostNames?: Readonly<Record<string, string>>;
  /** bash of the profile that is run before each phase of a merge; default: none */
  readonly bashrcs?: readonly ProfileBashrc[];
  /** how much of the machine may be used */
  readonly limits?: BuildLimits;
  /** what earlier runs tell of a package: time, ms, and most memory, bytes */
  readonly expected?: (pkg: PlannedPackage) => ExpectedCost | null;
  /** compile cache: its program, a folder that no other prefix uses, and one for packages that prefixes share; absent: none */
  readonly compileCache?: { readonly program: string; readonly folder: string; readonly sharedFolder: string };
  /** folder of the packages that all prefixes of this data folder share; absent: none are shared */
  readonly sharedDir?: string;
  /** where packages are that others built for any path; absent: everything is built here */
  readonly prebuilt?: PrebuiltSettings;
  /** folder of binary packages: all is installed from there, and nothing is compiled; absent: as build keys say */
  readonly onlyFrom?: string;
  readonly keepGoing?: boolean;
  /** which halves to do; default: both */
  readonly stages?: 'both' | 'staging' | 'final';
  readonly signal?: AbortSignal;
  readonly emit: RunEmitter;
  /** the caller holds the prefix's lock */
  readonly isLocked?: boolean;
  readonly runPhases?: RunEbuildPhases;
}

export interface FailedPackage {
  readonly id: string;
  readonly phase: BuildPhase;
  readonly message: string;
  /** what the disk refused, when that was the reason */
  readonly trouble: DiskError | null;
}

export type RunOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failures: readonly FailedPackage[] }
  | { readonly kind: 'cancelled' };
