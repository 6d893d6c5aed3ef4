import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { matchesAtom, parseCpv, tryParseAtom } from '../pms';
import type { ProfiledConfiguration, RepositorySet } from '../repo';
import { stackLists, words } from '../repo/incremental';
import type { ProfileBashrc } from '../repo/profile-bashrc';
import { incrementalValue, incrementalVariables } from '../repo/variables';
import type { PlannedPackage } from '../resolve/plan';
import { EngineError } from './errors';

/** What building one planned package takes besides the plan. */
export interface EbuildFacts {
  /** absolute path of the ebuild */
  readonly ebuild: string;
  readonly repository: string;
  readonly repositoryLocation: string;
  /** repositories whose `profiles/thirdpartymirrors` count, the own one first */
  readonly mirrorLocations: readonly string[];
  /** eclass directories, the one that wins first */
  readonly eclassDirs: readonly string[];
  /** metadata by key as in md5-cache */
  readonly metadata: Readonly<Record<string, string>>;
  /** every enabled flag, those outside IUSE too */
  readonly use: readonly string[];
  readonly iuseImplicit: readonly string[];
  /** flags outside IUSE that the profile lets ask for, those that are off too; absent: not known */
  readonly iuseOfProfile?: readonly string[];
  /** is a flag outside IUSE known because of the profile? */
  readonly isImplicitFlag: (flag: string) => boolean;
  /** variables of profile and make.conf that ebuilds see */
  readonly variables: Readonly<Record<string, string>>;
  /** what of them its `package.env` sets; absent: nothing */
  readonly packageVariables?: Readonly<Record<string, string>>;
  /** FEATURES of the configuration for this package */
  readonly features?: ReadonlySet<string>;
  /** bash that the profile has run before each phase, in this order */
  readonly bashrcs?: readonly ProfileBashrc[];
  /** the design lets it reach the internet in phases that declare the need; absent: no */
  readonly isNetworkAllowed?: boolean;
  /** further VDB files, such as where an ebuild came from that the user took home */
  readonly moreEntries?: ReadonlyMap<string, string>;
}

export type DescribeEbuild = (pkg: PlannedPackage) => EbuildFacts;

const managerVariables =
  /^(USE_|ACCEPT_|EMERGE_|PORT_|PORTAGE_|IUSE|BINPKG_|FETCH|RESUME)|^(DISTDIR|PKGDIR|GENTOO_MIRRORS|INSTALL_MASK)$/;

/** Does a variable speak to the package manager and not to ebuilds? How files are compressed, ebuilds are told. */
const isOfManager = (name: string): boolean => managerVariables.test(name) && !/^PORTAGE_(?:DO)?COMPRESS/.test(name);

/** Variables that add up and that ebuilds are told as they are. */
const toldIncrementals = ['CONFIG_PROTECT', 'CONFIG_PROTECT_MASK', 'ENV_UNSET'];

/** Variables of a configuration as ebuilds see them; USE_EXPAND groups hold the enabled values. Source: PMS 11.1.1. */
function ebuildVariables(
  configuration: ProfiledConfiguration,
  ofPackage: Readonly<Record<string, string>>,
  use: ReadonlySet<string>,
): Record<string, string> {
  const { variables } = configuration;
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...variables.defaults, ...variables.conf, ...ofPackage })) {
    if (!incrementalVariables.has(name) && !isOfManager(name)) found[name] = value;
  }
  for (const name of toldIncrementals) {
    const value = stackLists([incrementalValue(variables, name), words(ofPackage[name])]).join(' ');
    if (value !== '') found[name] = value;
  }
  for (const group of incrementalValue(variables, 'USE_EXPAND')) {
    const prefix = `${group.toLowerCase()}_`;
    const values = [...use].filter((flag) => flag.startsWith(prefix)).map((flag) => flag.slice(prefix.length));
    if (values.length > 0) found[group] = values.sort().join(' ');
  }
  return found;
}

/** FEATURES of the configuration with those of `package.env` behind them. */
function featuresOf(
  configuration: ProfiledConfiguration,
  ofPackage: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  return new Set(stackLists([[...configuration.features], words(ofPackage.FEATURES)]));
}

/**
 * Finds ebuilds in the repositories of a configuration (the staging one). `allowNetwork`: atoms of the design. Throws
 * EBUILD_MISSING for a package that the repositories no longer have.
 */
export function describeEbuilds(
  configuration: ProfiledConfiguration,
  repositories: RepositorySet,
  allowNetwork: readonly string[] = [],
): DescribeEbuild {
  const allowed = allowNetwork.flatMap((text) => tryParseAtom(text, { allowWildcard: true }) ?? []);
  return (pkg) => {
    const { category, pn, pf, qualifiedName } = parseCpv(pkg.cpv);
    const repository = repositories.byName.get(pkg.repository);
    const candidate = configuration
      .candidates(qualifiedName)
      .find((one) => one.kind === 'ebuild' && one.cpv === pkg.cpv && one.repository === pkg.repository);
    const ebuild = join(repository?.location ?? '', category, pn, `${pf}.ebuild`);
    if (!repository || !candidate || !new ContainedFolder(repository.location).contains(ebuild)) {
      throw new EngineError('EBUILD_MISSING', `the repository \`${pkg.repository}\` has no ebuild for \`${pkg.cpv}\``, {
        hint: 'Plan again: the repository changed since this plan was made.',
      });
    }
    const { enabled } = configuration.use(candidate);
    const ofPackage = configuration.packageVariables(candidate);
    return {
      ebuild,
      repository: repository.name,
      repositoryLocation: repository.location,
      mirrorLocations: [
        repository.location,
        ...repository.masters.flatMap((name) => repositories.byName.get(name)?.location ?? []),
      ],
      // each becomes a mount of a build: a link that leads out would show what it leads to
      eclassDirs: repository.eclassFolders.filter((folder) => new ContainedFolder(dirname(folder)).contains(folder)),
      metadata: candidate.metadata,
      use: [...enabled].sort(),
      iuseImplicit: [...enabled].filter((flag) => !candidate.iuse.has(flag)).sort(),
      iuseOfProfile: configuration.profileFlags(candidate),
      isImplicitFlag: (flag) => configuration.isEffectiveFlag(candidate, flag),
      variables: ebuildVariables(configuration, ofPackage, enabled),
      packageVariables: ofPackage,
      features: featuresOf(configuration, ofPackage),
      bashrcs: configuration.bashrcs(candidate),
      isNetworkAllowed: allowed.some((atom) => matchesAtom(atom, candidate)),
    };
  };
}
