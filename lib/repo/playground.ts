import { eapi, isKnownEapi, parseAtom } from '../pms';
import { makeCandidate, type RepositoryCandidate } from './candidate';
import { memoryTree } from './file-tree';
import { listSource } from './package-source';
import { readReposConf } from './repos-conf';
import { loadRepositories } from './repositories';
import { ProfiledConfiguration } from './root-configuration';

type Lines = readonly string[];
type EbuildVariables = Readonly<Record<string, string>>;

/**
 * A small system described as data: ebuilds, installed packages, binary packages, profile and user configuration.
 * It is loaded through the same code as a real one, from memory.
 */
export interface Playground {
  readonly ebuilds?: Readonly<Record<string, EbuildVariables>>;
  readonly installed?: Readonly<Record<string, EbuildVariables>>;
  readonly binpkgs?: readonly { readonly cpv: string; readonly metadata: EbuildVariables }[];
  /** binhost name -> packages */
  readonly binrepos?: Readonly<Record<string, readonly { readonly cpv: string; readonly metadata: EbuildVariables }[]>>;
  readonly profile?: Readonly<Record<string, Lines>>;
  readonly repo_configs?: Readonly<Record<string, Readonly<Record<string, Lines>>>>;
  readonly user_config?: Readonly<Record<string, Lines>>;
  readonly sets?: Readonly<Record<string, Lines>>;
  readonly world?: Lines;
  readonly world_sets?: Lines;
  readonly targetroot?: boolean;
  /** path below the system root -> content; null removes */
  readonly extra_files?: Readonly<Record<string, string | null>>;
}

export interface LoadedPlayground {
  /** the running system; where packages go unless there is a target root */
  readonly root: ProfiledConfiguration;
  /** an empty root with the same configuration; null unless asked for */
  readonly targetRoot: ProfiledConfiguration | null;
  readonly notices: readonly string[];
}

const mainRepository = 'test_repo';
const repositoryFolder = (name: string): string => `/var/repositories/${name}`;
const asText = (lines: Lines): string => lines.map((line) => `${line}\n`).join('');

/** `cat/pkg-1`, `cat/pkg-1::repo`; a second number behind the version is a build id, which is no part of the name. */
function splitName(text: string): { readonly cpv: string; readonly repository: string } {
  const atom = parseAtom(`=${text}`, { allowRepository: true, allowBuildId: true });
  return { cpv: `${atom.qualifiedName}-${atom.version?.text}`, repository: atom.repository ?? mainRepository };
}

/** The files of the system. */
function systemFiles(playground: Playground, repositories: ReadonlySet<string>): Map<string, string> {
  const files = new Map<string, string>();
  const sections: string[] = [`[DEFAULT]`, `main-repo = ${mainRepository}`];
  for (const name of repositories) {
    const folder = repositoryFolder(name);
    files.set(`${folder}/profiles/repo_name`, `${name}\n`);
    files.set(`${folder}/profiles/license_groups`, 'EULA TEST\n');
    files.set(`${folder}/metadata/layout.conf`, 'masters =\n');
    for (const [file, lines] of Object.entries(playground.repo_configs?.[name] ?? {})) {
      if (file !== 'layout.conf') {
        files.set(`${folder}/profiles/${file}`, asText(lines));
        continue;
      }
      const named = lines.some((line) => /^(?:masters =|# use implicit masters)/.test(line));
      files.set(`${folder}/metadata/layout.conf`, asText(named ? lines : [...lines, 'masters =']));
    }
    sections.push(`[${name}]`, `location = ${folder}`);
  }
  const profile = `${repositoryFolder(mainRepository)}/profiles/default/linux/x86/test_profile`;
  const profileFiles: Record<string, Lines> = {
    eapi: ['0'],
    'make.defaults': ['ARCH="x86"', 'ACCEPT_KEYWORDS="x86"'],
    'use.force': ['x86'],
    parent: ['..'],
    ...playground.profile,
  };
  for (const [file, lines] of Object.entries(profileFiles)) files.set(`${profile}/${file}`, asText(lines));

  const user: Record<string, Lines> = {
    ...playground.user_config,
    'make.conf': ['ACCEPT_KEYWORDS="x86"', ...(playground.user_config?.['make.conf'] ?? [])],
    'repos.conf': [...sections, ...(playground.user_config?.['repos.conf'] ?? [])],
  };
  const hosts = Object.keys(playground.binrepos ?? {}).flatMap((name) => [
    `[${name}]`,
    `sync-uri = /var/binrepos/${name}`,
  ]);
  user['binrepos.conf'] = [...hosts, ...(playground.user_config?.['binrepos.conf'] ?? [])];
  for (const [file, lines] of Object.entries(user)) files.set(`/etc/portage/${file}`, asText(lines));
  for (const [name, lines] of Object.entries(playground.sets ?? {}))
    files.set(`/etc/portage/sets/${name}`, asText(lines));
  files.set('/var/lib/portage/world', asText(playground.world ?? []));
  files.set('/var/lib/portage/world_sets', asText(playground.world_sets ?? []));
  for (const [path, content] of Object.entries(playground.extra_files ?? {})) {
    if (content === null) files.delete(`/${path}`);
    else files.set(`/${path}`, content);
  }
  return files;
}

/** Fills in what an ebuild that says nothing has. RDEPEND is DEPEND in old EAPIs. */
function ebuildMetadata(given: EbuildVariables): Record<string, string> {
  const metadata: Record<string, string> = { EAPI: '0', SLOT: '0', KEYWORDS: 'x86', ...given };
  const name = metadata.EAPI as string;
  if (metadata.RDEPEND === undefined && isKnownEapi(name) && eapi(name).hasImplicitRdepend) {
    metadata.RDEPEND = metadata.DEPEND ?? '';
  }
  return metadata;
}

/** Builds the configurations of a playground. Throws like any loading of a configuration. */
export function loadPlayground(playground: Playground): LoadedPlayground {
  const repositories = new Set([mainRepository, ...Object.keys(playground.repo_configs ?? {})]);
  const ebuilds: RepositoryCandidate[] = [];
  for (const [text, given] of Object.entries(playground.ebuilds ?? {})) {
    const { cpv, repository } = splitName(text);
    repositories.add(repository);
    ebuilds.push(makeCandidate(cpv, repository, 'ebuild', ebuildMetadata(given)));
  }
  const installed: RepositoryCandidate[] = [];
  for (const [text, given] of Object.entries(playground.installed ?? {})) {
    const { cpv, repository } = splitName(text);
    const metadata = { EAPI: '0', SLOT: '0', KEYWORDS: '~x86', BUILD_TIME: '0', COUNTER: '0', ...given };
    installed.push(makeCandidate(cpv, given.repository ?? repository, 'installed', metadata));
  }
  const binaries: RepositoryCandidate[] = [];
  const addBinary = (entry: { readonly cpv: string; readonly metadata: EbuildVariables }, binhost?: string): void => {
    const { cpv, repository } = splitName(entry.cpv);
    const metadata = { EAPI: '0', SLOT: '0', KEYWORDS: 'x86', BUILD_TIME: '0', ...entry.metadata };
    binaries.push(
      makeCandidate(cpv, entry.metadata.repository ?? repository, 'binary', metadata, binhost ? { binhost } : {}),
    );
  };
  for (const entry of playground.binpkgs ?? []) addBinary(entry);
  for (const [binhost, entries] of Object.entries(playground.binrepos ?? {})) {
    for (const entry of entries) addBinary(entry, binhost);
  }

  const files = systemFiles(playground, repositories);
  const tree = memoryTree(files);
  const set = loadRepositories(tree, readReposConf(tree, '/etc/portage/repos.conf'));
  const configure = (installedHere: readonly RepositoryCandidate[], worldFolder: string): ProfiledConfiguration =>
    new ProfiledConfiguration({
      tree,
      repositories: set,
      profile: `${repositoryFolder(mainRepository)}/profiles/default/linux/x86/test_profile`,
      userConfig: '/etc/portage',
      worldFolder,
      ebuilds: listSource(ebuilds),
      binaries: listSource(binaries),
      installed: listSource(installedHere),
    });
  const root = configure(installed, '/var/lib/portage');
  return {
    root,
    targetRoot: playground.targetroot ? configure([], '/target_root/var/lib/portage') : null,
    notices: set.notices,
  };
}
