import type { Atom } from '../pms';
import type { Dependency } from './dependency';
import type { Package, Root } from './package';
import type { ParentAtoms } from './parent-atoms';

/** A proposed change of USE. */
export interface UseChange {
  readonly enabled: ReadonlySet<string>;
  readonly changes: ReadonlyMap<string, boolean>;
  /** false: the change breaks REQUIRED_USE, which held before */
  readonly requiredUseSatisfied: boolean;
}

/** Why a package is not taken in this attempt. */
export interface RuntimeMask {
  /** what asked for something else in its slot; null: it was in no conflict */
  slotConflict: ParentAtoms | null;
  missingDependency: Dependency | null;
  slotOperatorBuilt: boolean;
}

/** Slots of roots, by key. */
export class RootSlots {
  constructor(private readonly slots = new Map<string, { readonly root: Root; readonly atom: Atom }>()) {}

  static keyOf(root: Root, slotKey: string): string {
    return `${root.label}|${slotKey}`;
  }

  has(root: Root, slotKey: string): boolean {
    return this.slots.has(RootSlots.keyOf(root, slotKey));
  }

  add(root: Root, atom: Atom): void {
    this.slots.set(RootSlots.keyOf(root, atom.text), { root, atom });
  }

  addAll(other: RootSlots): void {
    for (const { root, atom } of other.values()) this.add(root, atom);
  }

  get size(): number {
    return this.slots.size;
  }

  clear(): void {
    this.slots.clear();
  }

  values(): IterableIterator<{ readonly root: Root; readonly atom: Atom }> {
    return this.slots.values();
  }

  keys(): string[] {
    return [...this.slots.keys()].sort();
  }

  clone(): RootSlots {
    return new RootSlots(new Map(this.slots));
  }
}

/** What one attempt learned for the next. */
export interface ConfigFeedback {
  readonly circularDependency: Map<Package, Set<Package>>;
  readonly unstableKeywords: Set<Package>;
  readonly unmasked: Set<Package>;
  readonly licenses: Map<Package, Set<string>>;
  readonly useChanges: Map<Package, UseChange>;
  slotConflictAbi: boolean;
  readonly maskBuilt: Set<Package>;
  readonly replaceInstalled: RootSlots;
  rebuildList: RootSlots | null;
  reinstallList: RootSlots | null;
  pruneRebuilds: boolean;
}

/** One way out of a slot conflict: packages to leave out, each with what speaks against it. */
export type MaskChoice = readonly { readonly pkg: Package; readonly against: ParentAtoms }[];

export interface Feedback {
  config: ConfigFeedback | null;
  readonly slotConflicts: (readonly MaskChoice[])[];
  missingDependency: Dependency | null;
}

export function configFeedback(feedback: Feedback): ConfigFeedback {
  feedback.config ??= {
    circularDependency: new Map(),
    unstableKeywords: new Set(),
    unmasked: new Set(),
    licenses: new Map(),
    useChanges: new Map(),
    slotConflictAbi: false,
    maskBuilt: new Set(),
    replaceInstalled: new RootSlots(),
    rebuildList: null,
    reinstallList: null,
    pruneRebuilds: false,
  };
  return feedback.config;
}

/** What an attempt is told to do differently from the first one. */
export interface BacktrackState {
  readonly circularDependency: Map<Package, Set<Package>>;
  readonly unstableKeywords: Set<Package>;
  readonly unmasked: Set<Package>;
  readonly licenses: Map<Package, Set<string>>;
  readonly useChanges: Map<Package, UseChange>;
  readonly runtimeMask: Map<Package, RuntimeMask>;
  readonly rebuildList: RootSlots;
  readonly reinstallList: RootSlots;
  readonly replaceInstalled: RootSlots;
  readonly maskBuilt: Set<Package>;
  pruneRebuilds: boolean;
}

export function emptyState(): BacktrackState {
  return {
    circularDependency: new Map(),
    unstableKeywords: new Set(),
    unmasked: new Set(),
    licenses: new Map(),
    useChanges: new Map(),
    runtimeMask: new Map(),
    rebuildList: new RootSlots(),
    reinstallList: new RootSlots(),
    replaceInstalled: new RootSlots(),
    maskBuilt: new Set(),
    pruneRebuilds: false,
  };
}

const copySets = <Key, Value>(from: ReadonlyMap<Key, ReadonlySet<Value>>): Map<Key, Set<Value>> =>
  new Map([...from].map(([key, values]) => [key, new Set(values)]));

export function cloneState(state: BacktrackState): BacktrackState {
  return {
    circularDependency: copySets(state.circularDependency),
    unstableKeywords: new Set(state.unstableKeywords),
    unmasked: new Set(state.unmasked),
    licenses: copySets(state.licenses),
    useChanges: new Map(state.useChanges),
    runtimeMask: new Map([...state.runtimeMask].map(([pkg, mask]) => [pkg, { ...mask }])),
    rebuildList: state.rebuildList.clone(),
    reinstallList: state.reinstallList.clone(),
    replaceInstalled: state.replaceInstalled.clone(),
    maskBuilt: new Set(state.maskBuilt),
    pruneRebuilds: state.pruneRebuilds,
  };
}

const keys = (packages: Iterable<Package>): string[] => [...packages].map((pkg) => pkg.key).sort();

/** Equal states have equal text. */
export function stateText(state: BacktrackState): string {
  const lists = (map: ReadonlyMap<Package, ReadonlySet<Package | string>>): unknown =>
    [...map]
      .map(([pkg, values]) => [
        pkg.key,
        [...values].map((value) => (typeof value === 'string' ? value : value.key)).sort(),
      ])
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return JSON.stringify([
    lists(state.circularDependency),
    keys(state.unstableKeywords),
    keys(state.unmasked),
    lists(state.licenses),
    [...state.useChanges]
      .map(([pkg, change]) => [pkg.key, [...change.changes].sort(([a], [b]) => (a < b ? -1 : 1))])
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    [...state.runtimeMask]
      .map(([pkg, mask]) => [
        pkg.key,
        mask.slotConflict === null ? null : [...mask.slotConflict.keys].sort(),
        mask.missingDependency === null
          ? null
          : [mask.missingDependency.parent.key, mask.missingDependency.root.label, mask.missingDependency.atom.text],
        mask.slotOperatorBuilt,
      ])
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    state.rebuildList.keys(),
    state.reinstallList.keys(),
    state.replaceInstalled.keys(),
    keys(state.maskBuilt),
    state.pruneRebuilds,
  ]);
}
