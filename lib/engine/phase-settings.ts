import { availableParallelism } from 'node:os';
import { buildMachine } from '../host/build-machine';
import { returnsOf } from '../host/token-pipe';
import { parseCpv } from '../pms/cpv';
import { brootInside, hasHostNames } from './host-names';
import type { PhaseRequest } from './phase-contract';

/** Paths of a build as seen from inside the sandbox; the same on every machine, so that none of them tells where it was built. */
export interface InsidePaths {
  readonly build: string;
  readonly distDir: string;
  readonly ebuildDir: string;
  readonly eclassDirs: readonly string[];
  /** `profiles` of a repository */
  readonly profilesOf: (repository: string) => string;
  readonly runtime: string;
  readonly settings: string;
  readonly environment: string;
  readonly tokens: string;
  readonly compileCache: string;
  /** what a package with a network keeps of what it fetched */
  readonly store: string;
}

/** Where ebuilds see source files. */
const distDirInside = '/var/cache/distfiles';

/** What pkg_nofetch says, with the folder where people have to put files. */
export const withRealDistDir = (text: string, folder: string): string => text.replaceAll(distDirInside, folder);

export function insidePaths(request: Pick<PhaseRequest, 'cpv' | 'repository' | 'eclassDirs'>): InsidePaths {
  const { category, pn, pf } = parseCpv(request.cpv);
  return {
    build: `/var/tmp/portage/${category}/${pf}`,
    distDir: distDirInside,
    ebuildDir: `/var/db/repos/${request.repository}/${category}/${pn}`,
    profilesOf: (repository) => `/var/db/repos/${repository}/profiles`,
    eclassDirs: request.eclassDirs.map((_, index) => `/run/prefix-studio/eclass/${index}`),
    runtime: '/run/prefix-studio/runtime',
    settings: '/run/prefix-studio/settings',
    environment: '/run/prefix-studio/environment',
    tokens: '/run/prefix-studio/tokens',
    compileCache: '/var/cache/ccache',
    store: '/var/cache/live-sources',
  };
}

/** A word that bash reads as exactly `text`. */
export function quoteForBash(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that only the runtime or the sandbox may set. */
const reserved = /^(__|BASH|EBUILD|PATH$|HOME$|IFS$|LC_ALL$|LD_)/;

/** What the build depends on of the machine that does it. */
export interface BuildMachine {
  /** processors to use */
  readonly jobs: number;
  /** first part of its CHOST: `x86_64`, `aarch64` */
  readonly machine: string;
  /** does its make take tokens from a FIFO that it is told of? default: no, from open descriptors */
  readonly makeTakesFifo?: boolean;
}

/** The machine this program runs on. */
export function thisMachine(): BuildMachine {
  return { jobs: availableParallelism(), machine: buildMachine() };
}

/**
 * CBUILD and the compiler for programs of the build itself. On the same kind of machine CBUILD equals CHOST: the prefix
 * stands at its final place in the sandbox, so its programs start, and configure scripts may try them.
 */
function buildVariables(chost: string, { machine }: BuildMachine): Readonly<Record<string, string>> {
  if (chost.startsWith(`${machine}-`)) return { CBUILD: chost };
  return { CBUILD: `${machine}-pc-linux-gnu`, BUILD_CC: 'gcc', BUILD_CXX: 'g++', BUILD_LD: 'ld', BUILD_AR: 'ar' };
}

/** FEATURES of Portage that the sandbox stands for: ebuilds ask whether there is a network. */
const ownFeatures = ['ipc-sandbox', 'mount-sandbox', 'network-sandbox', 'pid-sandbox', 'userpriv'];

/** FEATURES of the user that the engine has too, so that ebuilds may rely on them. */
const knownFeatures: ReadonlySet<string> = new Set(['ccache', 'nostrip', 'test']);

/**
 * Variables that PMS does not know and ebuilds read all the same, as Portage has them. FEATURES tells what is: a feature
 * that the engine lacks is not in it, whatever the configuration says. Source: make.conf(5), ebuild(5).
 */
function portageVariables(request: PhaseRequest, inside: InsidePaths): Readonly<Record<string, string>> {
  const wanted = (request.features ?? []).filter((name) => knownFeatures.has(name));
  return {
    FEATURES: [...ownFeatures, ...wanted].sort().join(' '),
    // what finds ccache by itself does not use it behind the user's back
    ...(wanted.includes('ccache') ? {} : { CCACHE_DISABLE: '1' }),
    EMERGE_FROM: request.environmentFile === null ? 'ebuild' : 'binary',
    // below it eclasses keep checkouts of repositories
    PORTAGE_ACTUAL_DISTDIR: request.network === undefined ? inside.distDir : inside.store,
    PORTAGE_BUILDDIR: inside.build,
    PORTAGE_CONFIGROOT: request.roots.eprefix || '/',
    PORTAGE_REPO_NAME: request.repository,
    PORTAGE_TMPDIR: '/var/tmp',
    PM_EBUILD_HOOK_DIR: `${request.roots.eprefix}/etc/portage/env`,
  };
}

/** File name that keeps the compression suffix, so that the runtime knows how to read it. */
export const environmentTarget = (inside: InsidePaths, file: string): string =>
  file.endsWith('.bz2') ? `${inside.environment}.bz2` : inside.environment;

/**
 * The settings file that `ebuild.bash` reads. Inside the sandbox the prefix stands at its final place, so ROOT and
 * SYSROOT are `/` (written empty) and EROOT and ESYSROOT equal EPREFIX; that is the cross-prefix row of PMS's
 * offset-prefix table.
 */
export function settingsText(request: PhaseRequest, inside: InsidePaths, machine: BuildMachine): string {
  const cpv = parseCpv(request.cpv);
  const { eprefix } = request.roots;
  const own: Record<string, string> = {
    E_EAPI: request.eapi,
    E_CATEGORY: cpv.category,
    E_PN: cpv.pn,
    E_PV: cpv.pv,
    E_PR: cpv.pr,
    E_PVR: cpv.pvr,
    E_PF: cpv.pf,
    E_SLOT: request.slot,
    E_REPOSITORY: request.repository,
    E_EBUILD: `${inside.ebuildDir}/${cpv.pf}.ebuild`,
    E_ECLASS_DIRS: inside.eclassDirs.join('\n'),
    E_BASHRCS: (request.bashrcs ?? [])
      .map(({ repository, path }) => `${inside.profilesOf(repository)}/${path.replace(/^profiles\//, '')}`)
      .join('\n'),
    E_CONFIGROOT: eprefix,
    E_ENVIRONMENT: request.environmentFile === null ? '' : environmentTarget(inside, request.environmentFile),
    E_CONTINUES: request.continues ? '1' : '',
    E_A: request.distfiles.join(' '),
    E_DISTDIR: inside.distDir,
    E_FILESDIR: `${inside.ebuildDir}/files`,
    E_WORKDIR: `${inside.build}/work`,
    E_T: `${inside.build}/temp`,
    E_HOME: `${inside.build}/homedir`,
    E_D: `${inside.build}/image`,
    E_ED: `${inside.build}/image${eprefix}`,
    E_BUILD_INFO: `${inside.build}/build-info`,
    E_ROOT: '',
    E_SYSROOT: '',
    E_ESYSROOT: eprefix,
    E_BROOT: hasHostNames(request) ? brootInside : '',
    E_EPREFIX: eprefix,
    E_USE: request.use.join(' '),
    E_IUSE_IMPLICIT: (request.iuseImplicit ?? request.use).join(' '),
    E_MERGE_TYPE: request.mergeType ?? (request.environmentFile === null ? 'source' : 'binary'),
    E_TOKENS: request.tokens === undefined ? '' : inside.tokens,
    E_RETURNS: request.tokens === undefined ? '' : returnsOf(inside.tokens),
    E_MAKE_TAKES_FIFO: machine.makeTakesFifo ? '1' : '',
    E_COMPILE_CACHE: request.compileCache?.program ?? '',
    E_REPLACING_VERSIONS: request.replacingVersions.join(' '),
    E_REPLACED_BY_VERSION: request.replacedByVersion ?? '',
  };
  const variables: Record<string, string> = {
    PORTAGE_COMPRESS: 'bzip2',
    PORTAGE_DOCOMPRESS_SIZE_LIMIT: '128',
    PORTAGE_COMPRESS_EXCLUDE_SUFFIXES: 'css gif htm[l]? jp[e]?g js pdf png',
    MAKEOPTS: `-j${machine.jobs}`,
    ...buildVariables(request.chost, machine),
    ...request.variables,
    ...portageVariables(request, inside),
    ARCH: request.arch,
    CHOST: request.chost,
  };
  const lines = Object.entries(own).map(([name, value]) => `export __${name}=${quoteForBash(value)}`);
  for (const [name, value] of Object.entries(variables)) {
    if (variableName.test(name) && !reserved.test(name)) lines.push(`export ${name}=${quoteForBash(value)}`);
  }
  return `${lines.join('\n')}\n`;
}
