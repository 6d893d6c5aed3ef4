import type { Package } from './package';

/**
 * How much an edge of the graph matters for the order. `dep`: a dependency; `blocker`: order forced by a blocker,
 * never ignored; `unmerge`: a dependency when packages are to be removed.
 */
export interface Priority {
  readonly kind: 'dep' | 'blocker' | 'unmerge';
  readonly buildtime: boolean;
  readonly runtime: boolean;
  readonly runtimePost: boolean;
  readonly installtime: boolean;
  /** `:=` on a build-time or run-time dependency: the child has to be there before the parent is built */
  readonly buildtimeSlotOp: boolean;
  readonly runtimeSlotOp: boolean;
  /** not needed, but nice to have */
  readonly optional: boolean;
  /** not looked at unless the whole graph is wanted */
  readonly ignored: boolean;
  /** the parent goes to another root than the running one */
  readonly cross: boolean;
  /** the installed package that already meets the dependency */
  readonly satisfied: Package | null;
}

const nothing: Priority = {
  kind: 'dep',
  buildtime: false,
  runtime: false,
  runtimePost: false,
  installtime: false,
  buildtimeSlotOp: false,
  runtimeSlotOp: false,
  optional: false,
  ignored: false,
  cross: false,
  satisfied: null,
};

export function priority(given: Partial<Priority> = {}): Priority {
  return { ...nothing, ...given };
}

/** A removal never needs what only building needed. */
export function unmergePriority(given: Partial<Priority> = {}): Priority {
  return { ...nothing, ...given, kind: 'unmerge', optional: given.buildtime === true || given.optional === true };
}

export const blockerPriority: Priority = { ...nothing, kind: 'blocker' };

/** Sort key of the edges between two packages; the hardest has the highest. */
export function hardness(of: Priority): number {
  if (of.kind === 'blocker') return 0;
  if (of.kind === 'unmerge') {
    if (of.installtime) return 0;
    if (of.runtimeSlotOp) return -1;
    if (of.runtime) return -2;
    if (of.runtimePost) return -3;
    return -4;
  }
  if (of.optional) return -5;
  if (of.buildtimeSlotOp) return 0;
  if (of.buildtime) return -1;
  if (of.runtimeSlotOp) return -2;
  if (of.runtime) return -3;
  if (of.runtimePost) return -4;
  return -6;
}

type Ignore = (of: Priority) => boolean;
const dependencyOnly =
  (rule: Ignore): Ignore =>
  (of) =>
    of.kind === 'dep' && rule(of);

/** Steps of loosening, least first: which edges may be left out of sight when looking for something to merge. */
export interface PriorityRange {
  readonly steps: readonly (Ignore | null)[];
  readonly none: number;
  readonly soft: number;
  readonly mediumPost: number;
  readonly mediumSoft: number;
  readonly ignoreMedium: Ignore;
  readonly ignoreMediumSoft: Ignore;
}

const ignoreOptional = dependencyOnly((of) => of.optional);

const normalRuntimePost = dependencyOnly((of) => of.optional || of.runtimePost);
const normalRuntime = dependencyOnly((of) => !(of.runtimeSlotOp && !of.cross) && (of.optional || !of.buildtime));

/** What is installed does not count. */
export const normalRange: PriorityRange = {
  steps: [null, ignoreOptional, normalRuntimePost, normalRuntime],
  none: 0,
  soft: 1,
  mediumPost: 2,
  mediumSoft: 2,
  ignoreMedium: normalRuntime,
  ignoreMediumSoft: normalRuntimePost,
};

const satisfiedRuntimePost = dependencyOnly(
  (of) => of.optional || (of.satisfied !== null && !of.buildtime && !of.runtime && of.runtimePost),
);
const anyRuntimePost = dependencyOnly((of) => of.optional || (!of.buildtime && !of.runtime && of.runtimePost));
const satisfiedRuntime = dependencyOnly(
  (of) => of.optional || (!of.buildtime && (!of.runtime || of.satisfied !== null)),
);
const satisfiedBuildtime = dependencyOnly((of) => of.optional || (!of.buildtimeSlotOp && of.satisfied !== null));
const satisfiedSlotOp = dependencyOnly((of) => of.optional || of.satisfied !== null || (!of.buildtime && !of.runtime));
const allRuntime = dependencyOnly(
  (of) =>
    (!of.runtimeSlotOp || of.satisfied !== null || of.cross) && (of.satisfied !== null || of.optional || !of.buildtime),
);

/** What is installed may stand in until the new one is there. */
export const satisfiedRange: PriorityRange & {
  readonly ignoreMediumPost: Ignore;
  readonly ignoreMediumPostSatisfied: Ignore;
} = {
  steps: [
    null,
    ignoreOptional,
    satisfiedRuntimePost,
    anyRuntimePost,
    satisfiedRuntime,
    satisfiedBuildtime,
    satisfiedSlotOp,
    allRuntime,
  ],
  none: 0,
  soft: 1,
  mediumPost: 3,
  mediumSoft: 6,
  ignoreMedium: allRuntime,
  ignoreMediumSoft: satisfiedSlotOp,
  ignoreMediumPost: anyRuntimePost,
  ignoreMediumPostSatisfied: satisfiedRuntimePost,
};
