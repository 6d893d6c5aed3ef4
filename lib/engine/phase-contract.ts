import type { BuildPhase } from '../layout/events';
import type { ProfileBashrc } from '../repo/profile-bashrc';

/**
 * What the merge side asks of the phase side: run some phases of one ebuild in the sandbox. Types only, so that both
 * halves of the engine can be read and tested apart.
 */
export type EbuildPhase =
  | Exclude<BuildPhase, 'fetch' | 'package' | 'merge'>
  | 'prerm'
  | 'postrm'
  | 'config'
  | 'nofetch'
  | 'info';

/** The four paths of PMS's offset-prefix rule, without trailing slash (`/` stays). `eprefix` may be empty. */
export interface PhaseRoots {
  readonly broot: string;
  readonly root: string;
  readonly sysroot: string;
  readonly eprefix: string;
}

/** The network of an ebuild: some of its phases, and a folder in which it keeps what it fetches. */
export interface PhaseNetwork {
  readonly phases: readonly EbuildPhase[];
  /** may be written in these phases and read in all; absolute, made when it is not there */
  readonly store: string;
}

export interface PhaseRequest {
  /** `category/PF` */
  readonly cpv: string;
  readonly eapi: string;
  /** SLOT as written, `0/1.3` */
  readonly slot: string;
  /** absolute path of the ebuild */
  readonly ebuild: string;
  readonly repository: string;
  /** eclass directories, the one that wins first */
  readonly eclassDirs: readonly string[];
  readonly roots: PhaseRoots;
  readonly chost: string;
  /** ARCH, `amd64` */
  readonly arch: string;
  /** every enabled flag, those outside IUSE too */
  readonly use: readonly string[];
  /** FEATURES of the configuration; ebuilds are told of those that the engine has */
  readonly features?: readonly string[];
  /** bash of the profile that is run before each phase, in this order; absent: none */
  readonly bashrcs?: readonly ProfileBashrc[];
  /** names of the distfiles of A (USE conditionals evaluated) in SRC_URI order; they stand in `distDir` */
  readonly distfiles: readonly string[];
  readonly distDir: string;
  /** make.conf and profile variables that ebuilds see: CFLAGS, MAKEOPTS, PYTHON_TARGETS … */
  readonly variables: Readonly<Record<string, string>>;
  /** RESTRICT with USE conditionals evaluated */
  readonly restrict: readonly string[];
  /**
   * Work folder of this package, `<tmp>/portage/<category>/<PF>`. Layout below it: `work/` (WORKDIR), `temp/` (T),
   * `homedir/` (HOME), `image/` (D), `build-info/`. The caller makes and removes the folder itself.
   */
  readonly buildDir: string;
  /** in the order in which they are to run */
  readonly phases: readonly EbuildPhase[];
  /**
   * Saved environment to start from, `environment.bz2` or plain: of the binary package (preinst, postinst) or of the
   * VDB entry (prerm, postrm). Null: source the ebuild.
   */
  readonly environmentFile: string | null;
  /** start from the variables that earlier phases left in the work folder; the ebuild is sourced all the same */
  readonly continues?: boolean;
  /** MERGE_TYPE; absent: `source` without a saved environment, else `binary` */
  readonly mergeType?: 'source' | 'binary';
  /** PVR of the version that replaces or is replaced, as REPLACING_VERSIONS and REPLACED_BY_VERSION want it */
  readonly replacingVersions: readonly string[];
  readonly replacedByVersion: string | null;
  /** flags which the profile makes known to every ebuild (IUSE_EFFECTIVE without IUSE); absent: `use` */
  readonly iuseImplicit?: readonly string[];
  /** is a flag outside IUSE and `iuseImplicit` known all the same (`elibc_musl`, which is off)? absent: no */
  readonly isImplicitFlag?: (flag: string) => boolean;
  /** `category/PF:slot` that the build machine provides without a package database; for `has_version -b` */
  readonly hostProvided?: readonly string[];
  /** programs of the build machine by other names, which stand below BROOT: name -> absolute path; absent: BROOT is empty */
  readonly hostNames?: Readonly<Record<string, string>>;
  /** elog, ewarn, eqawarn and eerror messages, which people want to see after the build */
  readonly onMessage?: (message: PhaseMessage) => void;
  /** FIFO with tokens for more than one job at once, which lies beside the work folder; absent: MAKEOPTS alone says how many */
  readonly tokens?: string;
  /** compile cache: its program on this machine, and the folder that it may write; absent: none */
  readonly compileCache?: { readonly program: string; readonly folder: string };
  /** what the design lets an ebuild reach that declares a need for the network; absent: nothing */
  readonly network?: PhaseNetwork;
  readonly signal?: AbortSignal;
  /** raw output of the phases, as it comes */
  readonly onOutput: (text: string) => void | Promise<void>;
  readonly onPhase: (phase: EbuildPhase) => void;
}

/** One call of elog, ewarn, eqawarn or eerror; `text` may have several lines. */
export interface PhaseMessage {
  readonly level: 'log' | 'warn' | 'qa' | 'error';
  readonly phase: EbuildPhase;
  readonly text: string;
}

/** Ownership that an unprivileged build could only note, as `fowners` or `chown` asked for it. Path as seen in D, absolute. */
export interface RecordedOwner {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
}

/** Capabilities that an unprivileged build could only note, as `setcap` was asked for them: `cap_net_raw=ep`, '' for none. */
export interface RecordedCapability {
  readonly path: string;
  readonly capabilities: string;
}

/** What the install phase left for the merge side besides the image. */
export interface InstallFacts {
  /** `dostrip PATH…` and `dostrip -x PATH…`, absolute paths as given (relative to EPREFIX as in PMS 12.3) */
  readonly strip: readonly string[];
  readonly stripExclude: readonly string[];
  readonly owners: readonly RecordedOwner[];
  readonly capabilities: readonly RecordedCapability[];
}

export type PhaseResult =
  | {
      readonly kind: 'ok';
      /** present when `install` was among the phases; `build-info/` then holds what the environment knows (DEFINED_PHASES, INHERITED, CFLAGS, environment …) */
      readonly installed: InstallFacts | null;
      /** what the phases of a merge noted; absent when they noted nothing */
      readonly noted?: Pick<InstallFacts, 'owners' | 'capabilities'>;
      readonly cpuMs: number;
      readonly peakRssBytes: number;
    }
  | {
      readonly kind: 'failed';
      readonly phase: EbuildPhase;
      /** the text of `die`, or what else ended the phase */
      readonly message: string;
      /** what to do about it, where that is known */
      readonly hint: string | null;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly cpuMs: number;
      readonly peakRssBytes: number;
    }
  | { readonly kind: 'cancelled' };

/** Runs the phases one after another in one bubblewrap each or together; stops at the first that fails. */
export type RunEbuildPhases = (request: PhaseRequest) => Promise<PhaseResult>;
