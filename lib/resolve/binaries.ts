import type { ResolveOptions } from './options';
import type { Package } from './package';
import { addRepository, PackageFilter } from './package-filter';
import type { BinaryRule, RootConfiguration } from './provider';

interface Lists {
  readonly exclude: readonly string[];
  readonly include: readonly string[];
}

const without = (list: readonly string[], other: readonly string[]): string[] =>
  list.filter((text) => !other.includes(text));

/** What an option and its opposite both name counts in neither. */
const consistent = ({ exclude, include }: Lists): Lists => ({
  exclude: without(exclude, include),
  include: without(include, exclude),
});

const words = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => text.split(/\s+/).filter((word) => word !== ''));

/** Options outrank the configuration: what they let in is no longer excluded there, and the other way round. */
const overridden = (rule: BinaryRule, byOptions: Lists): Lists => ({
  exclude: without(rule.exclude, byOptions.include),
  include: without(rule.include, byOptions.exclude),
});

class Sieve {
  private readonly excluded: PackageFilter;
  private readonly included: PackageFilter;

  constructor({ exclude, include }: Lists) {
    this.excluded = new PackageFilter(exclude);
    this.included = new PackageFilter(include);
  }

  takes(pkg: Package): boolean {
    return !this.excluded.has(pkg) && (this.included.isEmpty || this.included.has(pkg));
  }
}

/**
 * Which binary packages the options and the configuration of a root allow.
 * Source: emerge(1), --usepkg-exclude, --getbinpkg-include and their like.
 */
export class BinaryChoice {
  private readonly usable: Sieve | null;
  private readonly hosts: readonly { readonly name: string; readonly sieve: Sieve }[];

  constructor(configuration: RootConfiguration, options: ResolveOptions) {
    const rules = configuration.binaryRules ?? { hosts: [], repositories: [] };
    const use = consistent({ exclude: words(options.usePackagesExclude), include: words(options.usePackagesInclude) });
    const byRepository = rules.repositories.map((rule) => {
      const lists = overridden(rule, use);
      const here = (text: string): string => addRepository(text, rule.name);
      return { exclude: lists.exclude.map(here), include: lists.include.map(here) };
    });
    this.usable = options.noBinaryDependencies
      ? null
      : new Sieve({
          exclude: [...use.exclude, ...byRepository.flatMap(({ exclude }) => exclude)],
          include: [...use.include, ...byRepository.flatMap(({ include }) => include)],
        });
    const remote = consistent({
      exclude: words(options.remotePackagesExclude),
      include: words(options.remotePackagesInclude),
    });
    this.hosts = !options.remotePackages
      ? []
      : rules.hosts.map((rule) => ({
          name: rule.name,
          sieve: new Sieve({
            exclude: without([...rule.exclude, ...remote.exclude], remote.include),
            include: without([...rule.include, ...remote.include], remote.exclude),
          }),
        }));
  }

  /** May it be taken where something is built? The first one that may not ends the search among binary packages. */
  takes(pkg: Package, argumentNames: ReadonlySet<string>): boolean {
    return this.usable === null ? argumentNames.has(pkg.qualifiedName) : this.usable.takes(pkg);
  }

  /**
   * What there is to choose from, in order of preference. Of equal builds those of the least important host come first,
   * which Portage does too; the same build at two hosts is one package, of the more important host.
   */
  offered(binaries: readonly Package[]): readonly Package[] {
    if (binaries.every(({ candidate }) => candidate.binhost === null)) return binaries;
    const local = binaries.filter(({ candidate }) => candidate.binhost === null);
    const seen = new Set<string>();
    const ofHosts = [...this.hosts].reverse().map(({ name, sieve }) =>
      binaries.filter((pkg) => {
        const build = `${pkg.cpv} ${pkg.candidate.buildId} ${pkg.buildTime}`;
        if (pkg.candidate.binhost !== name || !sieve.takes(pkg) || seen.has(build)) return false;
        seen.add(build);
        return true;
      }),
    );
    return sortedByAge([...ofHosts.reverse().flat(), ...local]);
  }
}

/** Newest version first, then newest build; equal ones stay as they are. */
const sortedByAge = (packages: readonly Package[]): Package[] =>
  [...packages].sort((a, b) =>
    a.version.order === b.version.order ? b.buildTime - a.buildTime : a.version.order < b.version.order ? 1 : -1,
  );
