import { createHash } from 'node:crypto';
import type { EbuildFacts } from './ebuild-facts';
import { declaredNeeds, networkPhases } from './network-wish';
import { ebuildContent, packageFiles } from './repository-files';

/** Raised when the engine builds differently from before, so that older binary packages are no longer equal. */
const engineRevision = 3;

/** make.conf variables, and words of FEATURES, without influence on what is built. */
const withoutInfluence: ReadonlySet<string> = new Set([
  'DISTDIR',
  'PKGDIR',
  'MAKEOPTS',
  'GENTOO_MIRRORS',
  'FETCHCOMMAND',
  'RESUMECOMMAND',
  'INSTALL_MASK',
  'BINPKG_FORMAT',
  'BINPKG_COMPRESS',
  'ccache',
]);

export interface BuildKeyInput {
  readonly cpv: string;
  readonly facts: EbuildFacts;
  readonly chost: string;
  readonly eprefix: string;
  /** hashes of the distfiles used, in order */
  readonly distfiles: readonly string[];
  /** keys of the packages in staging that it is built against */
  readonly dependencyKeys: readonly string[];
  readonly toolchain: string;
  /** patches of the user, as `patchRecord` tells them */
  readonly patches: string;
  /** what profile and configuration have run before each phase, as `hooksRecord` tells it */
  readonly hooks: string;
  /** what else a package depends on that other prefixes take too; absent: it is for one prefix */
  readonly shared?: SharedKeyInput;
}

/** What a package is made of, whatever the machine that builds it. */
export type RecipeKeyInput = Omit<BuildKeyInput, 'toolchain' | 'eprefix' | 'shared'> & Pick<SharedKeyInput, 'eclasses'>;

/**
 * One name for what is built, without the machine that builds it: no compiler, no C library, no tools. Packages of the tool
 * chain, which copy what the machine has, have no say in it but by their version.
 */
export const recipeKey = ({ eclasses, ...input }: RecipeKeyInput): Promise<string> =>
  buildKey({
    ...input,
    toolchain: 'any',
    eprefix: 'any',
    shared: { eclasses, hostProvided: [], hostNames: {} },
  });

/** Words of the design and the machine that a prefix's own packages do not need in their keys. */
export interface SharedKeyInput {
  /** content of the eclasses, as `eclassContent` names it */
  readonly eclasses: string;
  /** what the build host answers to the ebuild, as `askedOfHost` tells it */
  readonly hostProvided: readonly string[];
  readonly hostNames: Readonly<Record<string, string>>;
}

/**
 * What a tree says of an ebuild besides its text. A cache can lie, and what it says decides how the package is built and what
 * its records say.
 */
function claimsOf({ metadata, repository, iuseImplicit }: EbuildFacts): unknown {
  const words = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ');
  const told = Object.entries(metadata)
    .filter(([name]) => !name.startsWith('_') && name !== 'INHERITED' && name !== 'INHERIT')
    .map(([name, value]) => [name, words(value)])
    .filter(([, value]) => value !== '')
    .sort();
  return [repository, [...iuseImplicit].sort(), told];
}

/** Words of MAKEOPTS that say how much is done at once; make takes others as settings, goals and text of makefiles. */
const jobWord = /^(?:(?:-[jl]|--jobs=?|--load-average=?)[\d.]*|[\d.]+)$/;

/** What MAKEOPTS says besides. */
const otherMakeOptions = (text: string): string =>
  text
    .split(/\s+/)
    .filter((word) => !jobWord.test(word))
    .join(' ');

/**
 * Hashes parts one after the other. Where a part could be taken for two, their lengths follow at the end, so that no other
 * parts give the same hash.
 */
class Parts {
  private readonly hash = createHash('sha256');
  private readonly lengths: number[] = [];
  private isPlain = true;

  add(part: string | Uint8Array): void {
    const data = typeof part === 'string' ? Buffer.from(part) : part;
    this.lengths.push(data.length);
    if (data.includes(0)) this.isPlain = false;
    this.hash.update(data).update('\0');
  }

  /** `content` null: a directory. */
  addFile(path: string, content: Uint8Array | null): void {
    if (content === null || !/^[\w.+-]+$/.test(path)) this.isPlain = false;
    this.add(path);
    this.add('');
    if (content !== null) this.add(content);
  }

  digest(): string {
    if (!this.isPlain) this.hash.update(`lengths ${this.lengths.join(' ')}`);
    return this.hash.digest('hex');
  }
}

/**
 * One name for everything that decides what a build gives: the ebuild, its files and eclasses, sources, USE, variables,
 * patches of the user, bashrc files, what it is built against and with. Equal key: the binary package can be used again.
 */
export async function buildKey(input: BuildKeyInput): Promise<string> {
  const { facts } = input;
  const parts = new Parts();
  const add = (part: string | Uint8Array): void => parts.add(part);
  add(`${engineRevision} ${input.cpv} ${input.chost} ${input.eprefix} ${input.toolchain}`);
  add(ebuildContent(facts));
  for (const [path, content] of packageFiles(facts)) parts.addFile(path, content);
  add(facts.metadata._eclasses_ ?? '');
  add(input.distfiles.join(' '));
  add([...facts.use].sort().join(' '));
  for (const name of Object.keys(facts.variables).sort()) {
    if (!withoutInfluence.has(name)) add(`${name}=${facts.variables[name]}`);
  }
  const makeOptions = otherMakeOptions(facts.variables.MAKEOPTS ?? '');
  if (makeOptions !== '') add(`MAKEOPTS=${makeOptions}`);
  add([...input.dependencyKeys].sort().join(' '));
  if (input.patches !== '') add(input.patches);
  for (const name of ['nostrip', 'test']) if (facts.features?.has(name)) add(`FEATURES ${name}`);
  // what it could fetch it may have put into the package
  if (facts.isNetworkAllowed && networkPhases(declaredNeeds(facts)).length > 0) add('network');
  if (input.hooks !== '') add(`hooks ${input.hooks}`);
  if (input.shared) {
    const { eclasses, hostProvided, hostNames } = input.shared;
    const features = [...(facts.features ?? [])].filter((name) => !withoutInfluence.has(name));
    add(`shared ${eclasses} ${features.sort().join(' ')}`);
    add([...hostProvided].sort().join(' '));
    add(JSON.stringify(Object.entries(hostNames).sort()));
    add(JSON.stringify(claimsOf(facts)));
  }
  return parts.digest();
}
