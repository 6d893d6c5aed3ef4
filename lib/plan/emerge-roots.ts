import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  generatedCache,
  type PackageTree,
  prefixConfigurationFiles,
  type RepositoryCandidate,
  type RepositorySet,
} from '../repo';
import type { OpenedDesign } from './open-design';

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Folders that Portage wants to exist, below an EROOT. */
function makeState(eroot: string): void {
  for (const path of ['var/cache/edb', 'var/lib/portage', 'var/db/pkg', 'var/tmp', 'tmp']) {
    mkdirSync(join(eroot, path), { recursive: true });
  }
}

/** What an installed Portage brings along in `/usr/share/portage`: the sets, such as @system. */
function placeSets(configuration: string, checkout: string): void {
  const sets = join(checkout, 'cnf', 'sets', 'portage.conf');
  if (existsSync(sets)) copyFileSync(sets, join(configuration, 'sets.conf'));
}

/**
 * Writes the configuration of a design's staging root below `root`, as `setup_prefix` writes it, with nothing installed.
 * Source: the same `prefixConfigurationFiles` as for the real root.
 */
export function writeStagingRoot(opened: OpenedDesign, root: string, checkout: string | null): void {
  const { design, settings, tree } = opened;
  const eroot = root + design.path;
  const configuration = join(eroot, 'etc/portage');
  const { profile, files } = prefixConfigurationFiles(settings, tree, 'staging');
  makeState(eroot);
  for (const [name, text] of files) {
    // nothing of the real prefix is touched: no binary packages, no logs, no downloads
    const own = `DISTDIR="${root}/distfiles"\nPKGDIR="${root}/packages"\nPORTAGE_TMPDIR="${eroot}/var/tmp"\n`;
    write(join(configuration, name), name === 'make.conf' ? text + own : text);
  }
  for (const name of ['distfiles', 'packages']) mkdirSync(join(root, name), { recursive: true });
  symlinkSync(profile, join(configuration, 'make.profile'));
  if (checkout !== null) placeSets(configuration, checkout);
}

const reposConf = ({ main, ordered }: RepositorySet): string =>
  [
    ...(main ? [`[DEFAULT]\nmain-repo = ${main.name}`] : []),
    ...ordered.map(({ name, location }) => `[${name}]\nlocation = ${location}`),
  ].join('\n\n');

/** The host that planning assumed, as a root: its profile, its repositories, and what it has as installed packages. */
export function writeHostRoot(opened: OpenedDesign, root: string, checkout: string): void {
  const { tree, host } = opened;
  const configuration = join(root, 'etc/portage');
  makeState(root);
  write(join(configuration, 'repos.conf'), `${reposConf(tree.hostRepositories)}\n`);
  symlinkSync(tree.hostProfile ?? tree.profileOf(opened.design.board), join(configuration, 'make.profile'));
  placeSets(configuration, checkout);
  host.allInstalled().forEach((candidate, at) => {
    const installed = candidate as RepositoryCandidate;
    const folder = join(root, 'var/db/pkg', installed.cpv);
    const [category = '', pf = ''] = installed.cpv.split('/');
    const facts: Readonly<Record<string, string>> = {
      CATEGORY: category,
      PF: pf,
      SLOT: `${installed.slot}/${installed.subSlot}`,
      USE: [...(installed.recordedUse ?? [])].sort().join(' '),
      IUSE: [...installed.iuse.keys()].sort().join(' '),
      EAPI: '8',
      KEYWORDS: installed.keywords.join(' '),
      repository: installed.repository,
      COUNTER: String(at + 1),
    };
    mkdirSync(folder, { recursive: true });
    for (const [name, value] of Object.entries(facts)) writeFileSync(join(folder, name), `${value}\n`);
  });
}

/**
 * Hands over the metadata that we generated, so that Portage need not source every ebuild again; it checks each entry by
 * the sums of ebuild and eclasses. False: there is none. Source: portage(5) "depcachedir", its cache names a folder for
 * each eclass and discards it.
 */
export function writeMetadataCache(opened: OpenedDesign, cacheFolder: string, target: string): boolean {
  let isAny = false;
  for (const repository of opened.tree.repositories.ordered) {
    const source = generatedCache(cacheFolder, repository);
    if (!existsSync(source)) continue;
    for (const category of readdirSync(source, { withFileTypes: true })) {
      if (!category.isDirectory()) continue;
      const folder = join(target, repository.location, category.name);
      mkdirSync(folder, { recursive: true });
      for (const pf of readdirSync(join(source, category.name))) {
        const text = readFileSync(join(source, category.name, pf), 'utf8');
        if (text.includes('_unavailable_=')) continue;
        writeFileSync(
          join(folder, pf),
          text.replace(/^_eclasses_=(.*)$/m, (_, list: string) => withFolders(list)),
        );
        isAny = true;
      }
    }
  }
  return isAny;
}

function withFolders(list: string): string {
  const words = list.split('\t');
  const triples = words.flatMap((word, at) => (at % 2 === 0 && word !== '' ? [word, '-', words[at + 1] ?? ''] : []));
  return `_eclasses_=${triples.join('\t')}`;
}

/** True when a repository has metadata but no ebuilds, which Portage cannot plan on. */
export function hasNoEbuilds({ files, repositories }: PackageTree): boolean {
  const { main } = repositories;
  if (!main) return false;
  const cache = join(main.location, 'metadata/md5-cache');
  const first = files.list(cache).find((name) => files.kind(join(cache, name)) === 'directory');
  if (first === undefined) return false;
  const [pf] = files.list(join(cache, first));
  const folder = join(main.location, first, (pf ?? '').replace(/-\d[^-]*(?:-r\d+)?$/, ''));
  return !files.list(folder).some((name) => name.endsWith('.ebuild'));
}
