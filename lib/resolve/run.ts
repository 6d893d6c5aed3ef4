import type { Atom } from '../pms';
import type { Argument } from './arguments';
import type { BacktrackState, Feedback, RootSlots, UseChange } from './backtrack-state';
import type { Dependency } from './dependency';
import { Digraph } from './digraph';
import type { EvaluatedDependency } from './evaluated-dependency';
import type { Frozen } from './frozen';
import { type Depth, Package, type Root } from './package';
import { type Node, type ParentAtom, ParentAtoms } from './parent-atoms';
import type { Priority } from './priority';
import { PackageTracker } from './tracker';

/** `parent` forbids what `atom` matches. */
export interface Blocker {
  readonly key: string;
  readonly atom: Atom;
  readonly eapiHasStrongBlockers: boolean;
  readonly priority: Priority;
  readonly root: Root;
  satisfied: boolean;
}

export const isPackage = (node: Node | Blocker): node is Package => node instanceof Package;

/** A package and whether it is already in the graph. */
export interface Selection {
  readonly pkg: Package | null;
  readonly existing: Package | null;
}

export const noSelection: Selection = { pkg: null, existing: null };

/** Which atoms of a dependency were chosen: those of the parent itself, and those of virtuals in between. */
export interface SelectedAtoms {
  readonly own: readonly ChosenAtom[];
  readonly virtuals: readonly VirtualStep[];
}

/** `original` is set on an atom that was made for one version of a virtual: the atom as it stands in the dependency. */
export interface ChosenAtom {
  readonly atom: Atom;
  readonly original: Atom | null;
}

export interface VirtualStep {
  readonly pkg: Package;
  readonly parent: Package;
  readonly atom: Atom;
  readonly original: Atom | null;
  readonly depth: Depth;
  readonly priority: Priority;
  readonly atoms: readonly ChosenAtom[];
}

export interface SelectAtomsRequest {
  readonly root: Root;
  /** evaluated: no conditionals */
  readonly dependency: EvaluatedDependency;
  readonly parent: Package;
  readonly priority: Priority | null;
}

/** `onlyDeps` null: of a dependency that was chosen without asking; remembered apart from the others, as Portage does. */
export type SelectPackage = (
  run: Run,
  root: Root,
  atom: Atom,
  onlyDeps: boolean | null,
  parent: Package | null,
) => Selection;
export type SelectAtoms = (run: Run, request: SelectAtomsRequest) => SelectedAtoms;

export interface Unsatisfied {
  readonly root: Root;
  readonly atom: Atom;
  readonly parent: Package | Argument;
  /** the package whose REQUIRED_USE is not met; null when no package was found */
  readonly requiredUseOf: Package | null;
}

export interface Disjunction {
  readonly pkg: Package;
  readonly root: Root;
  readonly priority: Priority;
  readonly dependency: EvaluatedDependency;
}

/** Arguments of one root, by package name. */
export interface ArgumentAtoms {
  readonly atom: Atom;
  readonly arguments: Argument[];
}

/** The state of one attempt. Backtracking throws it away and starts another with other `state`. */
export class Run {
  readonly graph = new Digraph<Node>();
  readonly tracker: PackageTracker;
  readonly parentAtoms = new Map<Package, ParentAtoms>();
  readonly argumentAtoms = new Map<string, Map<string, ArgumentAtoms[]>>();
  initialArguments: Argument[] = [];
  readonly arguments = new Map<string, Argument>();
  /** best visible choice per slot so far: decides whether an argument means a higher slot */
  readonly visiblePackages = new Map<string, Package[]>();

  readonly stack: (Dependency | Package)[] = [];
  readonly disjunctions: Disjunction[] = [];
  ignoredDependencies: (Dependency | Package)[] = [];
  readonly unsatisfiedDependencies: Dependency[] = [];
  readonly initiallyUnsatisfied: Dependency[] = [];
  unsatisfiedForDisplay: Unsatisfied[] = [];
  /** arguments that package.provided satisfies */
  readonly providedArguments: ParentAtom[] = [];
  /** arguments from sets for which nothing was found */
  readonly missingArguments: ParentAtom[] = [];
  readonly slotOperatorDependencies = new Map<string, Dependency[]>();
  readonly traversed = new Set<Package>();
  readonly reinstallNodes = new Map<Package, ReadonlySet<string>>();
  readonly ignoredBinaries = new Map<Package, Set<string>>();
  readonly rebuildGraph = new Digraph<Package>();
  conflictMissedUpdates = new Map<Package, ParentAtoms>();

  blockerParents = new Digraph<Package | Blocker>();
  irrelevantBlockers = new Digraph<Package | Blocker>();
  unsolvableBlockers = new Digraph<Package | Blocker>();
  blockerUninstalls = new Digraph<Package | Blocker>();
  /** null until blockers were looked at */
  blockedPackages: Digraph<Package | Blocker> | null = null;
  readonly blockers = new Map<string, Blocker>();

  autounmask: boolean;
  complete: boolean;
  deep: number | true;
  completeMode = false;
  traverseIgnored = false;
  needRestart = false;
  skipRestart = false;
  requiredUseUnsatisfied = false;
  successWithoutAutounmask = false;
  buildOnlyUnsatisfied = false;
  virtualCycle: readonly Package[] | null = null;
  circularGraph: Digraph<Package | Blocker> | null = null;
  unsatisfiedBlockers: readonly Blocker[] | null = null;
  serialized: readonly (Package | Blocker)[] | null = null;
  readonly feedback: Feedback = { config: null, slotConflicts: [], missingDependency: null };
  slotSolutions: readonly ReadonlyMap<Package, ReadonlyMap<string, boolean>>[] | null = null;

  selectPackage: SelectPackage;
  selectAtoms: SelectAtoms;
  /** the package whose dependencies are being chosen */
  selectionParent: Package | null = null;
  readonly selectionCache = new Map<string, Selection>();
  readonly selectionKeys = new Map<string, string[]>();
  readonly visibleCache = new Map<string, readonly Package[]>();
  readonly virtualsOnTheWay = new Set<Package>();
  readonly reverseCheckCache = new Map<string, boolean>();

  constructor(
    readonly frozen: Frozen,
    readonly state: BacktrackState,
    readonly allowBacktracking: boolean,
    autounmask: boolean,
    strategies: { readonly selectPackage: SelectPackage; readonly selectAtoms: SelectAtoms },
  ) {
    this.autounmask = autounmask;
    this.complete = frozen.parameters.complete;
    this.deep = frozen.parameters.deep;
    this.selectPackage = strategies.selectPackage;
    this.selectAtoms = strategies.selectAtoms;
    this.tracker = new PackageTracker((root, qualifiedName) => frozen.installed(root, qualifiedName));
  }

  get replaceInstalled(): RootSlots {
    return this.state.replaceInstalled;
  }

  get shouldRestart(): boolean {
    return this.needRestart && !this.skipRestart;
  }

  useChange(pkg: Package): UseChange | undefined {
    return this.state.useChanges.get(pkg);
  }

  /** Flags enabled for the package, with the changes proposed so far. */
  useOf(pkg: Package): ReadonlySet<string> {
    if (pkg.isBuilt) return pkg.use.enabled;
    return this.state.useChanges.get(pkg)?.enabled ?? pkg.use.enabled;
  }

  addParentAtom(pkg: Package, pair: ParentAtom): void {
    let pairs = this.parentAtoms.get(pkg);
    if (pairs === undefined) {
      pairs = new ParentAtoms();
      this.parentAtoms.set(pkg, pairs);
    }
    pairs.add(pair);
  }

  clearSelectionCaches(): void {
    this.selectionCache.clear();
    this.selectionKeys.clear();
    this.visibleCache.clear();
  }
}

/** Deeper than the options allow to look? */
export function isTooDeep(run: Run, depth: Depth): boolean {
  if (depth === null) return true;
  return run.deep !== true && depth > run.deep;
}

export const deeper = (depth: Depth): Depth => (depth === null ? null : depth + 1);
