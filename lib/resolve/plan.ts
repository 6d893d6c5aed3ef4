import type { DependencyClass } from '../pms/dependency-class';

/** The three roots a package can be planned for. The fourth place of the product, the image, holds a copy of final. */
export type PlanRoot = 'host' | 'staging' | 'final';

/**
 * What happens to a planned package.
 * `build`: compiled from its ebuild into staging, leaves a binary package; `reuse`: an equal binary package exists and
 * is merged; `install`: merged into final from the binary package that the staging step makes or made;
 * `keep`: already installed there, unchanged; `provided`: the host has it (table, VDB or package.provided);
 * `remove`: unmerged, because a newer one replaces it or nothing needs it any more.
 */
export type PlanAction = 'build' | 'reuse' | 'install' | 'keep' | 'provided' | 'remove';

/** Identity of a package in a plan: `root|category/PN-PVR`, for instance `final|sys-libs/zlib-1.3.1-r1`. */
export type PlanNodeId = string;

export interface PlannedPackage {
  /** it is compiled whatever was built before, because somebody wants it; only with `build` */
  readonly isAnew?: true;
  readonly id: PlanNodeId;
  readonly root: PlanRoot;
  readonly action: PlanAction;
  /** `category/PN-PVR` */
  readonly cpv: string;
  readonly category: string;
  readonly pn: string;
  /** version with revision (PVR) */
  readonly version: string;
  readonly slot: string;
  readonly subSlot: string;
  readonly repository: string;
  readonly eapi: string;
  /** enabled flags out of IUSE, sorted */
  readonly use: readonly string[];
  /** all flags of IUSE without `+`/`-`, sorted */
  readonly iuse: readonly string[];
  readonly keywords: string;
  readonly license: string;
  readonly description: string;
  /** true: asked for by the design itself (or by the profile's @system when `requested` is empty) */
  readonly requested: boolean;
  /** step at which it may start: all packages of lower steps that it depends on are done; 0 based */
  readonly step: number;
  /** the installed cpv in the same slot that this one replaces, if any */
  readonly replaces: string | null;
  /** of one that goes: the planned package that cannot be installed beside it */
  readonly blockedBy?: PlanNodeId;
  /** one plain sentence: why it is here, and for `build` why not reused */
  readonly reason: string;
}

/** `from` needs `to`. */
export interface PlanEdge {
  readonly from: PlanNodeId;
  readonly to: PlanNodeId;
  readonly class: DependencyClass;
  /** the atom as written in the ebuild */
  readonly atom: string;
  /** the USE conditions around the atom, outermost first, as written (`ssl?`, `!static?`); empty when unconditional */
  readonly conditions: readonly string[];
  /** true when the merge order does not have to respect it (run-time edge inside a cycle, PDEPEND) */
  readonly soft: boolean;
}

export interface PlanWarning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly cpv?: string;
  /** a change of the design which removes the cause, proven by planning again */
  readonly fix?: Fix;
}

/** Packages in an order in which they can be merged: host first, staging, then final. */
export interface Plan {
  readonly board: string;
  readonly prefixPath: string;
  /** atoms of the design that were asked for */
  readonly requests: readonly string[];
  readonly packages: readonly PlannedPackage[];
  readonly edges: readonly PlanEdge[];
  readonly warnings: readonly PlanWarning[];
  /** SHA-256 (hex) over the canonical form of packages and roots: equal plan, equal hash; filled in by the node layer */
  readonly hash: string;
}

/** One edit of a design, for instance `{ key: 'package_use', name: 'net-misc/curl', value: '-http3 -quic' }`. */
export type DesignEdit =
  | { readonly kind: 'package_use'; readonly atom: string; readonly flags: readonly string[] }
  | { readonly kind: 'use'; readonly flags: readonly string[] }
  | { readonly kind: 'make_conf'; readonly variable: string; readonly value: string }
  /** patterns of INSTALL_MASK more: files that the image goes without */
  | { readonly kind: 'leave_out'; readonly patterns: readonly string[] }
  | { readonly kind: 'accept_keywords'; readonly atom: string; readonly keywords: readonly string[] }
  | { readonly kind: 'accept_license'; readonly atom: string; readonly licenses: readonly string[] }
  | { readonly kind: 'unmask'; readonly atom: string }
  | { readonly kind: 'mask'; readonly atom: string }
  /** takes a line out of the design's own masks */
  | { readonly kind: 'drop_mask'; readonly atom: string }
  /** a package that may reach the internet where its ebuild declares the need */
  | { readonly kind: 'allow_network'; readonly atom: string }
  | { readonly kind: 'toolchain'; readonly toolchain: 'host' | 'sdk' }
  | { readonly kind: 'replace_package'; readonly from: string; readonly to: string }
  /** a line of `profiles/updates`, applied to every atom of the design */
  | { readonly kind: 'move'; readonly line: string }
  /** a package or set more */
  | { readonly kind: 'add_package'; readonly atom: string }
  | { readonly kind: 'add_repository'; readonly name: string; readonly location: string }
  | { readonly kind: 'provide_on_host'; readonly atom: string }
  /** an exact version, `=virtual/mta-9999`, that the system on which the prefix runs has: not built, not packed */
  | { readonly kind: 'provide_on_target'; readonly atom: string };

/** A change after which planning again succeeded. */
export interface Fix {
  readonly edits: readonly DesignEdit[];
  /** button text: `Use Python 3.12` */
  readonly title: string;
  /** what it costs in plain words: packages added or removed, features lost */
  readonly cost: string;
  /** what still prevents a plan after it, each in one line; absent: nothing does */
  readonly remains?: readonly string[];
}

/** An atom under its present name. Source: PMS 4.4.4 */
export interface MovedAtom {
  /** operator, version, slot and USE dependencies kept */
  readonly atom: string;
  /** lines of `profiles/updates` that lead there: `move app/old app/new`, `slotmove app/new 1 2` */
  readonly lines: readonly string[];
  /** the repository that says so */
  readonly repository: string;
}

/** Why there is no plan: root cause first. Data; words are made in `explain.ts`. */
export type PlanFailure =
  | {
      readonly kind: 'no_such_package';
      readonly atom: string;
      readonly similar: readonly string[];
      /** the repository that has it in a category that is not listed; absent: none has */
      readonly unlisted?: string;
      readonly moved?: MovedAtom;
    }
  /**
   * `request`: what was asked for, as written; `set`, which may be inside of it, and `known` without the `@`; `class`: it is a
   * set of this class, which cannot be answered
   */
  | {
      readonly kind: 'no_such_set';
      readonly request: string;
      readonly set: string;
      readonly known: readonly string[];
      readonly class?: string;
    }
  | {
      readonly kind: 'no_match';
      readonly atom: string;
      /** released versions before live ones */
      readonly available: readonly string[];
      /** those of versions that fit but for their slot; absent: none does */
      readonly slots?: readonly string[];
      /** absent: its slot was not moved */
      readonly moved?: MovedAtom;
    }
  | { readonly kind: 'masked'; readonly atom: string; readonly candidates: readonly MaskedCandidate[] }
  | {
      readonly kind: 'use_dependency';
      readonly atom: string;
      readonly cpv: string;
      readonly changes: Readonly<Record<string, boolean>>;
      /** flags that no version has; absent: none */
      readonly unknown?: readonly string[];
      /** flags whose state the profile fixes, and the state; absent: none */
      readonly held?: Readonly<Record<string, boolean>>;
    }
  | {
      readonly kind: 'required_use';
      readonly cpv: string;
      readonly requiredUse: string;
      readonly violated: string;
      readonly use: readonly string[];
      /** flags whose state the profile fixes, and the state; absent: none */
      readonly held?: Readonly<Record<string, boolean>>;
    }
  | { readonly kind: 'slot_conflict'; readonly slot: string; readonly candidates: readonly SlotConflictSide[] }
  | { readonly kind: 'blocked'; readonly blocker: string; readonly by: string; readonly blocked: string }
  | { readonly kind: 'circular'; readonly cycle: readonly PlanEdge[] }
  | { readonly kind: 'not_on_host'; readonly atom: string; readonly masks: readonly MaskReason[] };

export interface MaskedCandidate {
  readonly cpv: string;
  readonly repository: string;
  readonly masks: readonly MaskReason[];
}

export interface SlotConflictSide {
  readonly cpv: string;
  readonly wantedBy: readonly { readonly cpv: string; readonly atom: string }[];
}

/** Why a version is not visible. `file`, `line` and `comment` name the guilty line where there is one. */
export type MaskReason =
  | {
      readonly kind: 'package.mask';
      readonly atom: string;
      readonly file: string;
      readonly line: number;
      readonly comment: string;
      /** the line stands in `package_mask` of the design */
      readonly byDesign?: true;
    }
  | {
      readonly kind: 'keyword';
      readonly keywords: readonly string[];
      /** accepting any one of them lets the version in */
      readonly wouldAccept: readonly string[];
      /** the one to accept */
      readonly advised: string;
    }
  | { readonly kind: 'license'; readonly missing: readonly string[] }
  | { readonly kind: 'properties'; readonly missing: readonly string[] }
  | { readonly kind: 'restrict'; readonly missing: readonly string[] }
  | { readonly kind: 'eapi'; readonly eapi: string }
  | { readonly kind: 'invalid'; readonly detail: string };

/** One hop of a chain: `parent` asks for `atom`. */
export interface ChainHop {
  readonly parent: string;
  readonly root: PlanRoot;
  readonly atom: string;
  readonly class: DependencyClass;
  readonly conditions: readonly string[];
  /** those of the conditions whose flag the profile fixes; absent: none */
  readonly held?: readonly string[];
}

export interface Derivation {
  readonly failure: PlanFailure;
  readonly root: PlanRoot;
  /** nearest parent first, the request last */
  readonly chain: readonly ChainHop[];
}

/** A flag that the profile holds in a state, with the kind of its line. Source: PMS 5.2.11. */
export interface HeldFlag {
  readonly flag: string;
  readonly on: boolean;
  readonly by: 'use.force' | 'use.mask';
}

/** What stops a change that would be the obvious one. Words are made in `explain-no-fix.ts`. */
export type NoFixReason =
  /** no repository of the design has such a package */
  | { readonly kind: 'nowhere'; readonly atom: string; readonly repositories: readonly string[] }
  /** these are all the versions that there are, and none of them helps */
  | { readonly kind: 'no_other_version'; readonly atom: string; readonly available: readonly string[] }
  /** hidden in a way that a design cannot change */
  | { readonly kind: 'not_liftable'; readonly cpv: string; readonly masks: readonly MaskReason[] }
  /** flags are asked for that no version has */
  | { readonly kind: 'no_such_flag'; readonly cpv: string; readonly flags: readonly string[] }
  /** the flags that would have to change are held by the profile */
  | { readonly kind: 'held_flags'; readonly cpv: string; readonly flags: readonly HeldFlag[] }
  /** asked for whatever the flags */
  | {
      readonly kind: 'always_needed';
      readonly parent: string;
      readonly atom: string;
      readonly class: DependencyClass;
    }
  /** planned with these edits, and that failed */
  | { readonly kind: 'tried'; readonly edits: readonly DesignEdit[]; readonly failure: PlanFailure }
  /** the search ended before everything was tried */
  | { readonly kind: 'gave_up'; readonly plans: number };

/** Can it be planned after the fix? Otherwise it helps in part. */
export const givesPlan = ({ remains }: Fix): boolean => remains === undefined;

export type PlanResult =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | {
      readonly kind: 'unsolved';
      readonly derivations: readonly Derivation[];
      readonly fixes: readonly Fix[];
      /** why no change is offered, beside a fix that helps in part: for the rest; empty when fixes give a plan, or none were looked for */
      readonly noFix: readonly NoFixReason[];
      /** what is worth knowing beside it, such as what was set outside the design */
      readonly warnings: readonly PlanWarning[];
    };

/** What is worth knowing beside a plan, or beside why there is none. */
export const warningsOf = (result: PlanResult): readonly PlanWarning[] =>
  result.kind === 'planned' ? result.plan.warnings : result.warnings;
