import { type HostTool, hostTools, runtimeStandsFor, treeTools } from '../host/host-tools';
import { hasData, hasPerlModule, pythonModuleVersion } from '../host/language-modules';
import { makeCandidate, onDemandSource, type PackageSource, type RepositoryCandidate } from '../repo';
import { packagesOfTool, thisMachine } from './machine-host';
import { isMachineLibrary } from './machine-libraries';

/** Repository name of a package whose part another version of the same tool plays. */
export const standsIn = 'stands-in';
/** Repository name of a package that this machine would have to have, and has not. */
export const notHere = 'not-here';
/** Repository name of a package whose part our ebuild runtime plays. */
export const ourRuntime = 'our-runtime';

/** Packages that hold nothing but names, keys or dependencies. */
const isEmptyPackage = (name: string): boolean => /^(virtual|sec-keys|acct-group|acct-user)\//.test(name);

/** Perl modules that come with Perl itself, under their own names. */
const isPartOfPerl = (name: string): boolean => /^(perl-core\/|virtual\/perl-)/.test(name);

const toolsByPackage = new Map<string, HostTool>(
  [...hostTools, ...treeTools].flatMap((tool) => packagesOfTool(tool).map((name) => [name, tool] as const)),
);

/** The tool that would stand for a package if this machine had it; undefined: none that we know. */
export const toolOfPackage = (qualifiedName: string): HostTool | undefined => toolsByPackage.get(qualifiedName);

/**
 * What packages of a Flatcar tree find on this machine, which is no SDK. Asked for a package that the SDK would have
 * (`sdk`), the answer is what is really here (`machine`): a tool that is here in another version stands in for it, in every
 * slot of Python that the tree knows (`ebuilds`), and what is not here at all is said to be there under the repository name
 * `not-here`, so that one plan can tell everything that is lacking.
 */
export function machineSdk(sdk: PackageSource, machine: PackageSource, ebuilds: PackageSource): PackageSource {
  const names = [...new Set([...sdk.qualifiedNames(), ...machine.qualifiedNames()])].sort();
  return onDemandSource(
    () => names,
    (name) => {
      const real = machine.packages(name);
      const wanted = sdk.packages(name);
      if (real.length === 0) return wanted.map((each) => as(each, whoPlays(name, machine), machine));
      const isReal = (each: RepositoryCandidate): boolean =>
        real.some((own) => own.version.order === each.version.order);
      const asked = name === python ? [...wanted, ...otherSlots(wanted, ebuilds)] : wanted;
      const slots = new Set(asked.map(({ slot }) => slot));
      // a root has one version of a slot: the one that the tree speaks of
      return [
        ...real.filter(({ slot }) => !slots.has(slot) && !(isMachineLibrary(name) && slots.size > 0)),
        ...asked.map((each) => as(each, isReal(each) ? thisMachine : standsIn, machine)),
      ];
    },
  );
}

const python = 'dev-lang/python';

/** The newest Python of each slot that the SDK has not, with what Debian and others enable in theirs. */
function otherSlots(wanted: readonly RepositoryCandidate[], ebuilds: PackageSource): RepositoryCandidate[] {
  const newest = new Map<string, RepositoryCandidate>();
  for (const each of ebuilds.packages(python)) {
    const isLive = each.version.text.endsWith('9999');
    if (isLive || !each.slot.startsWith('3.') || wanted.some(({ slot }) => slot === each.slot)) continue;
    const known = newest.get(each.slot);
    if (known === undefined || known.version.order < each.version.order) newest.set(each.slot, each);
  }
  return [...newest.values()].map((each) => {
    const off = new Set(['build', 'test', 'debug']);
    const flags = [...each.iuse.keys()].filter((flag) => !off.has(flag));
    return makeCandidate(each.cpv, each.repository, 'installed', { ...each.metadata, USE: flags.join(' ') });
  });
}

function whoPlays(name: string, machine: PackageSource): string {
  const [category, pn = ''] = name.split('/');
  if (runtimeStandsFor.includes(name)) return ourRuntime;
  if (isPartOfPerl(name)) return machine.packages('dev-lang/perl').length > 0 ? thisMachine : notHere;
  if (isEmptyPackage(name)) return thisMachine;
  if (category === 'dev-python') return pythonModuleVersion(pn) === null ? notHere : standsIn;
  if (category === 'dev-perl') return hasPerlModule(pn) ? standsIn : notHere;
  return hasData(name) === true ? standsIn : notHere;
}

/** Key of metadata with the version that is really here. */
export const realVersion = '_REAL_VERSION_';

/** The same package of another repository, without dependencies of its own. */
function as(candidate: RepositoryCandidate, repository: string, machine: PackageSource): RepositoryCandidate {
  const { SLOT = '0', IUSE = '', USE = '', EAPI = '8' } = candidate.metadata;
  const [category, pn = ''] = candidate.qualifiedName.split('/');
  const [real] = machine.packages(candidate.qualifiedName);
  const version = real?.version.text ?? (category === 'dev-python' ? pythonModuleVersion(pn) : null);
  return makeCandidate(candidate.cpv, repository, 'installed', {
    ...{ EAPI, SLOT, IUSE, USE },
    ...(real ? { DESCRIPTION: real.description } : {}),
    ...(version === null ? {} : { [realVersion]: version }),
  });
}
