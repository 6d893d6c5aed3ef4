import type { Atom } from '../pms/atom';
import type { DependencyNode } from '../pms/dependency';
import type { DependencyClass } from '../pms/dependency-class';
import type { Eapi } from '../pms/eapi';
import type { Version } from '../pms/version';
import type { MaskReason, MovedAtom } from './plan';

/**
 * What the resolver asks; `lib/repo` answers. One `RootConfiguration` per root (host, staging, final), each with its own
 * profile, user configuration and installed packages. Everything is synchronous and in memory: the index is loaded before.
 */
export interface Candidate {
  /** `category/PN-PVR` */
  readonly cpv: string;
  /** `category/PN` */
  readonly qualifiedName: string;
  readonly category: string;
  readonly pn: string;
  readonly version: Version;
  readonly slot: string;
  readonly subSlot: string;
  readonly repository: string;
  readonly eapi: Eapi;
  readonly kind: 'ebuild' | 'binary' | 'installed';
  /** flag -> default from IUSE (`+flag` true) */
  readonly iuse: ReadonlyMap<string, boolean>;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly description: string;
  readonly requiredUse: string;
  readonly properties: string;
  readonly restrict: string;
  /** enabled flags of a binary or installed package as recorded; null for ebuilds */
  readonly recordedUse: ReadonlySet<string> | null;
  /** build id and time of a binary package, else null */
  readonly buildId: number | null;
  readonly buildTime: number | null;
  /** order of installation from the VDB; 0 for what is not installed */
  readonly counter: number;
  /** the binary package host that offers it; null: in PKGDIR, or not a binary package */
  readonly binhost: string | null;
  /** PROVIDES and REQUIRES of a built package as recorded: shared libraries by ABI */
  readonly provides: string;
  readonly requires: string;
  /** Parsed lazily and kept. Slot operators of built packages carry the bound sub-slot (`:0/1.3=`). */
  dependency(dependencyClass: DependencyClass): DependencyNode;
  /** the dependency string as written */
  dependencyText(dependencyClass: DependencyClass): string;
}

export interface UseState {
  /** every enabled flag, including those outside IUSE (ARCH, expanded flags) */
  readonly enabled: ReadonlySet<string>;
  readonly forced: ReadonlySet<string>;
  readonly masked: ReadonlySet<string>;
}

/** Atoms as written, `foo` means `foo` of any category; an empty `include` lets everything in. */
export interface BinaryRule {
  readonly name: string;
  readonly exclude: readonly string[];
  readonly include: readonly string[];
}

/** What the configuration says about the use of binary packages. Source: portage(5), repos.conf and binrepos.conf. */
export interface BinaryRules {
  /** binary package hosts, lowest priority first */
  readonly hosts: readonly BinaryRule[];
  /** by the repository a package was built from */
  readonly repositories: readonly BinaryRule[];
}

export interface RootConfiguration {
  /** All candidates of one qualified name that are not installed, masked ones too; highest version first, higher priority repository first. */
  candidates(qualifiedName: string): readonly Candidate[];
  /** Packages in the VDB of this root, highest version first. */
  installed(qualifiedName: string): readonly Candidate[];
  allInstalled(): readonly Candidate[];
  /** true: what is installed is there with all it needs, and nobody looks behind it; left out: it has dependencies */
  isBare?(): boolean;
  use(candidate: Candidate): UseState;
  /** What an ebuild of this package would get here, whatever a built package recorded. */
  configuredUse(candidate: Candidate): UseState;
  /** Empty: visible. */
  masks(candidate: Candidate): readonly MaskReason[];
  /** Is the flag in IUSE_EFFECTIVE of the candidate? Source: PMS 11.1.1. */
  isEffectiveFlag(candidate: Candidate, flag: string): boolean;
  /** Does a package.provided line satisfy the atom text without USE deps? Returns the cpv. */
  provided(qualifiedName: string): readonly string[];
  /** libraries that are there although no package has them: ABI -> sonames. Source: profile file `soname.provided` */
  readonly sonameProvided?: ReadonlyMap<string, readonly string[]>;
  /** FEATURES, of which the resolver asks for `buildpkg` and what goes with it */
  readonly features?: ReadonlySet<string>;
  /** left out: no rules, and no binary package hosts */
  readonly binaryRules?: BinaryRules;
  /** atoms of @system: profile `packages` lines with `*` */
  readonly system: readonly string[];
  /** atoms of the other profile `packages` lines (@profile) */
  readonly profile: readonly string[];
  /** atoms of a set, without the `@`; null when there is no such set */
  set(name: string): readonly string[] | null;
  /** qualified names, sorted; for hints and searches */
  allQualifiedNames(): readonly string[];
  /** class of a set that there is and that cannot be answered; null: there is none of that name */
  setClass?(name: string): string | null;
  /** names of the sets that there are, sorted; left out: not known */
  sets?(): readonly string[];
  /** every repository that was searched, sorted by name; left out: those that have packages */
  readonly searched?: readonly string[];
  /** false: the root has no profile, so that no package of the trees is meant for it; left out: it has one */
  readonly hasProfile?: boolean;
  /** what an atom is called now, when `profiles/updates` moved its package or slot; null: it was not moved */
  moved?(atom: Atom): MovedAtom | null;
  /** the repository that has a folder of this package in a category that no `profiles/categories` lists; null: none */
  unlistedIn?(qualifiedName: string): string | null;
}
