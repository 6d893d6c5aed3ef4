import { type Atom, matchesVersion, tryParseCpv } from '../pms';
import { BinaryChoice } from './binaries';
import { matches } from './matching';
import { memoryOf, type RootMemory } from './memory';
import type { Parameters, ResolveOptions } from './options';
import { comparePackages, type Package, PackagePool, type Root } from './package';
import { PackageFilter } from './package-filter';
import type { Candidate } from './provider';
import { isSonameKey } from './soname';

const noLibraries: ReadonlyMap<string, readonly Package[]> = new Map();

/** What stays the same over all attempts of one resolution: roots, options, packages. */
export class Frozen {
  readonly pool = new PackagePool();
  readonly excluded: PackageFilter;
  readonly buildPackagesExclude: PackageFilter;
  readonly rebuildExclude: PackageFilter;
  readonly rebuildIgnore: PackageFilter;
  /** names of arguments when binary packages are wanted only for the rest */
  readonly argumentNames = new Set<string>();
  private readonly availableLists = new Map<string, readonly Package[]>();
  private readonly installedLists = new Map<string, readonly Package[]>();
  private readonly libraryIndexes = new Map<string, Map<string, readonly Package[]>>();
  private readonly binaryChoices = new Map<Root, BinaryChoice>();
  private readonly memories = new Map<Root, RootMemory>();

  constructor(
    readonly roots: readonly Root[],
    /** where tools run */
    readonly running: Root,
    readonly target: Root,
    readonly options: ResolveOptions,
    readonly parameters: Parameters,
  ) {
    this.excluded = new PackageFilter(options.exclude);
    this.buildPackagesExclude = new PackageFilter(options.buildPackagesExclude);
    this.rebuildExclude = new PackageFilter(options.rebuildExclude);
    this.rebuildIgnore = new PackageFilter(options.rebuildIgnore);
  }

  /** What is kept from one plan to the next. */
  memory(root: Root): RootMemory {
    let memory = this.memories.get(root);
    if (memory === undefined) {
      const { dynamicDeps, ignoreBuiltSlotOperators } = this.options;
      memory = memoryOf(root.configuration, `${dynamicDeps} ${ignoreBuiltSlotOperators}`);
      this.memories.set(root, memory);
    }
    return memory;
  }

  /** Which binary packages may be taken in a root. */
  binaries(root: Root): BinaryChoice {
    let choice = this.binaryChoices.get(root);
    if (choice === undefined) {
      choice = new BinaryChoice(root.configuration, this.options);
      this.binaryChoices.set(root, choice);
    }
    return choice;
  }

  /**
   * Do shared libraries count? Ebuilds do not say what they will bring, so only where nothing is built.
   */
  get plansSonames(): boolean {
    const { options, parameters } = this;
    return !options.ignoreSonames && (options.usePackages === 'only' || parameters.action === 'remove');
  }

  /** Packages by the libraries they bring, oldest first. */
  private libraries(root: Root, kind: 'binary' | 'installed'): ReadonlyMap<string, readonly Package[]> {
    if (!this.plansSonames) return noLibraries;
    const key = `${root.label}|${kind}`;
    let index = this.libraryIndexes.get(key);
    if (index === undefined) {
      index = new Map();
      const all =
        kind === 'installed'
          ? this.installedPackages(root)
          : root.configuration.allQualifiedNames().flatMap((name) => this.available(root, name, 'binary', false));
      for (const pkg of [...all].sort(comparePackages)) {
        for (const soname of pkg.provides) index.set(soname, [...(index.get(soname) ?? []), pkg]);
      }
      this.libraryIndexes.set(key, index);
    }
    return index;
  }

  /** Ebuilds, or binary packages, of one name: newest first, then by repository. */
  available(root: Root, qualifiedName: string, kind: 'ebuild' | 'binary', onlyDeps: boolean): readonly Package[] {
    if (isSonameKey(qualifiedName)) {
      return kind === 'ebuild' ? [] : [...(this.libraries(root, 'binary').get(qualifiedName) ?? [])].reverse();
    }
    const key = `${root.label}|${kind}|${onlyDeps ? 'o' : ''}|${qualifiedName}`;
    let list = this.availableLists.get(key);
    if (list === undefined) {
      const all = root.configuration
        .candidates(qualifiedName)
        .filter((candidate) => candidate.kind === kind)
        .map((candidate) => this.pool.get(candidate, root, onlyDeps ? 'nomerge' : 'merge', onlyDeps));
      list = kind === 'binary' ? this.binaries(root).offered(all) : all;
      this.availableLists.set(key, list);
    }
    return list;
  }

  /** Installed packages of one name, oldest first. */
  installed(root: Root, qualifiedName: string): readonly Package[] {
    if (isSonameKey(qualifiedName)) return this.libraries(root, 'installed').get(qualifiedName) ?? [];
    const key = `${root.label}|${qualifiedName}`;
    let list = this.installedLists.get(key);
    if (list === undefined) {
      const newest = new Map<string, Candidate>();
      for (const candidate of root.configuration.installed(qualifiedName)) {
        // leftovers of an interrupted merge: the one installed last holds the slot
        const other = newest.get(candidate.slot);
        if (other === undefined || other.counter <= candidate.counter) newest.set(candidate.slot, candidate);
      }
      list = [...newest.values()].map((candidate) => this.pool.get(candidate, root, 'nomerge')).sort(comparePackages);
      this.installedLists.set(key, list);
    }
    return list;
  }

  /** Every installed package, by name. */
  installedPackages(root: Root): readonly Package[] {
    const names = new Set(root.configuration.allInstalled().map((candidate) => candidate.qualifiedName));
    return [...names].sort().flatMap((name) => [...this.installed(root, name)]);
  }

  /** Installed packages that the atom takes, oldest first. */
  installedMatching(root: Root, atom: Atom): Package[] {
    return this.installed(root, atom.qualifiedName).filter((pkg) => matches(atom, pkg));
  }

  installedInSlot(pkg: Package): Package | null {
    return this.installed(pkg.root, pkg.qualifiedName).find((other) => other.slot === pkg.slot) ?? null;
  }

  isInstalled(root: Root, cpv: string, qualifiedName: string): boolean {
    return this.installed(root, qualifiedName).some((pkg) => pkg.cpv === cpv);
  }

  /** The ebuild that an installed package comes from, when dependencies are taken from it. */
  live(pkg: Package): Candidate | null {
    if (!pkg.isInstalled || !this.options.dynamicDeps) return null;
    const { live: lives } = this.memory(pkg.root);
    let found = lives.get(pkg.candidate);
    if (found === undefined) {
      found =
        pkg.root.configuration
          .candidates(pkg.qualifiedName)
          .find(
            (candidate) =>
              candidate.kind === 'ebuild' &&
              candidate.cpv === pkg.cpv &&
              (pkg.repository === '' || candidate.repository === pkg.repository),
          ) ?? null;
      lives.set(pkg.candidate, found);
    }
    return found;
  }

  uninstallTask(pkg: Package): Package {
    return this.pool.get(pkg.candidate, pkg.root, 'uninstall');
  }

  /** Does package.provided meet the atom? */
  isProvided(root: Root, atom: Atom): boolean {
    return root.configuration.provided(atom.qualifiedName).some((cpv) => {
      const version = tryParseCpv(cpv)?.version;
      return version !== undefined && matchesVersion(atom, version);
    });
  }
}
