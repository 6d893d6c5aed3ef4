import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { keepInCache } from '../host/keep-in-cache';
import {
  bare,
  configFiles,
  type HostEntry,
  hostPackages,
  onDemandSource,
  type PackageSource,
  type PackageTree,
  type ProfiledConfiguration,
  type RepositoryCandidate,
  UnreadEbuilds,
} from '../repo';

/** Files of profiles that configurations read. */
const isRead = (name: string): boolean =>
  /^(?:make\.defaults|parent|eapi|use\..*|package\..*|arch\.list|license_groups)$/.test(name);

/** What decides the table: metadata of the repositories, and every file of the host's profile. */
function fingerprint(configuration: ProfiledConfiguration, tree: PackageTree): string {
  const hash = createHash('sha256');
  for (const index of tree.indexes) hash.update(`${index.repository} ${index.fingerprint}\n`);
  const { files } = tree;
  const add = (path: string): void => {
    for (const file of configFiles(files, path, true)) hash.update(`${file}\0${files.readText(file) ?? ''}\0`);
  };
  for (const node of configuration.nodes)
    for (const name of node.files) if (isRead(name)) add(posix.join(node.folder, name));
  for (const { location } of tree.hostRepositories.ordered) {
    const profiles = posix.join(location, 'profiles');
    for (const name of files.list(profiles)) {
      if (files.kind(posix.join(profiles, name)) === 'file' || name.startsWith('package.'))
        add(posix.join(profiles, name));
    }
    add(posix.join(location, 'metadata/layout.conf'));
  }
  return hash.digest('hex');
}

function entryOf(configuration: ProfiledConfiguration, candidate: RepositoryCandidate): HostEntry {
  return {
    cpv: candidate.cpv,
    slot: `${candidate.slot}/${candidate.subSlot}`,
    repo: candidate.repository,
    use: [...configuration.use(candidate).enabled].sort(),
    iuse: [...candidate.iuse.keys()],
    bare: true,
  };
}

/** The best visible version of every slot of a package. */
function workOutOne(configuration: ProfiledConfiguration, name: string): HostEntry[] {
  const bySlot = new Map<string, RepositoryCandidate>();
  for (const candidate of configuration.candidates(name)) {
    if (!bySlot.has(candidate.slot) && configuration.isVisible(candidate)) bySlot.set(candidate.slot, candidate);
  }
  return [...bySlot.values()].map((candidate) => entryOf(configuration, candidate));
}

/** The same of every package; such a host lacks nothing, so nobody looks behind it. */
const workOut = (configuration: ProfiledConfiguration): HostEntry[] =>
  configuration.allQualifiedNames().flatMap((name) => workOutOne(configuration, name));

/** The host of `assumedSdk` while ebuilds are unread: each package is worked out when it is asked for, and nothing is kept. */
export const assumedSdkByName = (configuration: ProfiledConfiguration, ebuilds: PackageSource): PackageSource =>
  bare(
    onDemandSource(
      () => configuration.allQualifiedNames(),
      (name) => {
        try {
          return hostPackages(workOutOne(configuration, name), ebuilds);
        } catch (error) {
          throw error instanceof UnreadEbuilds ? new UnreadEbuilds(error.packageName, true) : error;
        }
      },
    ),
  );

/**
 * What an SDK that installed everything it could would have: the best visible version of every slot of every package
 * under the SDK's own profile. Worked out once per state of repositories and profile and kept in `cacheFolder`.
 */
export function assumedSdk(
  configuration: ProfiledConfiguration,
  tree: PackageTree,
  cacheFolder: string | null,
): readonly HostEntry[] {
  if (cacheFolder === null) return workOut(configuration);
  const file = join(cacheFolder, 'host', `${fingerprint(configuration, tree).slice(0, 32)}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as HostEntry[];
  } catch {
    const entries = workOut(configuration);
    keepInCache(file, JSON.stringify(entries));
    return entries;
  }
}
