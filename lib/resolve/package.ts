import { compareVersions, type Eapi, type Version } from '../pms';
import type { Candidate, RootConfiguration, UseState } from './provider';
import { readSonames } from './soname';

/** A root as the graph sees it. */
export interface Root {
  /** unique; part of every key */
  readonly label: string;
  readonly configuration: RootConfiguration;
  /** where DEPEND of packages for this root is looked for; itself when it is its own sysroot */
  readonly sysroot: Root;
}

/** What happens to a package: `nomerge` is already there, or only its dependencies are wanted. */
export type Operation = 'merge' | 'nomerge' | 'uninstall';

/** Number of steps from an argument; null: reached in another way than from an argument. */
export type Depth = number | null;

/** A candidate in a root: a node of the graph. Equal packages are the same object within one resolution. */
export class Package {
  readonly kind: Candidate['kind'];
  readonly cpv: string;
  readonly qualifiedName: string;
  readonly category: string;
  readonly version: Version;
  readonly slot: string;
  readonly subSlot: string;
  readonly repository: string;
  /** `category/PN:slot` */
  readonly slotKey: string;
  readonly key: string;
  depth: Depth = 0;
  private lazyUse: UseState | undefined;
  private lazyProvides: ReadonlySet<string> | undefined;
  private lazyRequires: readonly string[] | undefined;

  constructor(
    readonly candidate: Candidate,
    readonly root: Root,
    readonly operation: Operation,
    readonly onlyDeps: boolean,
  ) {
    this.kind = candidate.kind;
    this.cpv = candidate.cpv;
    this.qualifiedName = candidate.qualifiedName;
    this.category = candidate.category;
    this.version = candidate.version;
    this.slot = candidate.slot;
    this.subSlot = candidate.subSlot;
    this.repository = candidate.repository;
    this.slotKey = `${candidate.qualifiedName}:${candidate.slot}`;
    const which =
      candidate.kind === 'ebuild'
        ? candidate.repository
        : candidate.kind === 'binary'
          ? `${candidate.repository}-${candidate.buildId ?? ''}-${candidate.buildTime ?? ''}-${candidate.binhost ?? ''}`
          : '';
    this.key = `${root.label}|${candidate.kind}|${candidate.cpv}|${which}|${operation}`;
  }

  get isBuilt(): boolean {
    return this.kind !== 'ebuild';
  }

  get isInstalled(): boolean {
    return this.kind === 'installed';
  }

  get eapi(): Eapi {
    return this.candidate.eapi;
  }

  /** keys of the shared libraries it brings */
  get provides(): ReadonlySet<string> {
    this.lazyProvides ??= this.candidate.provides === '' ? noSonames : new Set(readSonames(this.candidate.provides));
    return this.lazyProvides;
  }

  /** keys of the shared libraries it is linked against */
  get requires(): readonly string[] {
    this.lazyRequires ??= readSonames(this.candidate.requires);
    return this.lazyRequires;
  }

  get buildTime(): number {
    return this.candidate.buildTime ?? 0;
  }

  isValidFlag(flag: string): boolean {
    return this.root.configuration.isEffectiveFlag(this.candidate, flag);
  }

  /** USE as configured or recorded. A recorded flag counts only when the package has it. */
  get use(): UseState {
    if (this.lazyUse === undefined) {
      const state = this.root.configuration.use(this.candidate);
      this.lazyUse = this.isBuilt ? this.recordedUse(state) : state;
    }
    return this.lazyUse;
  }

  private recordedUse(state: UseState): UseState {
    let built = builtStates.get(state);
    if (built === undefined) {
      built = { ...state, enabled: new Set([...state.enabled].filter((flag) => this.isValidFlag(flag))) };
      builtStates.set(state, built);
    }
    return built;
  }
}

const noSonames: ReadonlySet<string> = new Set();

/** The recorded flags that count, by the state as the configuration gives it. */
const builtStates = new WeakMap<UseState, UseState>();

/** Orders by name, then version, then time of build. Negative: `a` comes first. */
export function comparePackages(a: Package, b: Package): number {
  if (a.qualifiedName !== b.qualifiedName) return a.qualifiedName < b.qualifiedName ? -1 : 1;
  const order = compareVersions(a.version, b.version);
  if (order !== 0 || !a.isBuilt || !b.isBuilt) return order;
  return a.buildTime - b.buildTime;
}

export const isNewer = (a: Package, b: Package): boolean => comparePackages(a, b) > 0;
export const isOlder = (a: Package, b: Package): boolean => comparePackages(a, b) < 0;
export const sameSlot = (a: Package, b: Package): boolean => a.slot === b.slot && a.subSlot === b.subSlot;
export const sameVersion = (a: Package, b: Package): boolean => a.version.order === b.version.order;

/** Makes each package once. */
export class PackagePool {
  private readonly pools = new Map<string, Map<Candidate, Package>>();

  get(candidate: Candidate, root: Root, operation: Operation, onlyDeps = false): Package {
    const name = `${root.label}|${operation}|${onlyDeps ? 'o' : ''}`;
    let pool = this.pools.get(name);
    if (pool === undefined) {
      pool = new Map();
      this.pools.set(name, pool);
    }
    let found = pool.get(candidate);
    if (found === undefined) {
      found = new Package(candidate, root, operation, onlyDeps);
      pool.set(candidate, found);
    }
    return found;
  }
}
