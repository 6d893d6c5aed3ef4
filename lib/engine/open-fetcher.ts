import { join } from 'node:path';
import { DistfileFetcher } from './fetch';
import { HostArchive } from './host-archive';
import { readArchiveHints } from './repository-files';

/** Where sources come from, besides where ebuilds say. */
export interface SourceSettings {
  /** mirrors of the design and of the machine, in the order in which they are asked: URLs or folders */
  readonly mirrors: readonly string[];
  /** those of them that whoever runs this machine named: they may be local */
  readonly machineMirrors: readonly string[];
  /** mirrors of the tree's profile */
  readonly treeMirrors: readonly string[];
  /** folders of the user with source files */
  readonly folders: readonly string[];
  /** suites of the host's archive to ask besides its own */
  readonly suites: readonly string[];
}

export const noSourceSettings: SourceSettings = {
  mirrors: [],
  machineMirrors: [],
  treeMirrors: [],
  folders: [],
  suites: [],
};

export interface FetcherFolders {
  readonly distDir: string;
  /** folder for the index of the host's source archive */
  readonly cacheDir: string;
}

/** The archive of this host with the suites that the settings and these repositories name; null: it has none. */
export function openHostArchive(
  { cacheDir }: Pick<FetcherFolders, 'cacheDir'>,
  settings: Pick<SourceSettings, 'suites'>,
  repositoryLocations: Iterable<string>,
): HostArchive | null {
  const suites = new Set(settings.suites);
  for (const location of repositoryLocations) {
    for (const { suite } of readArchiveHints(location).values()) if (suite) suites.add(suite);
  }
  const archive = new HostArchive(join(cacheDir, 'host-archive'), [...suites].sort());
  return archive.isPresent() ? archive : null;
}

/** A fetcher for packages of these repositories. */
export function openFetcher(
  folders: FetcherFolders,
  settings: SourceSettings,
  archive: HostArchive | null,
): DistfileFetcher {
  const { mirrors, machineMirrors, treeMirrors, folders: ownFolders } = settings;
  const { distDir } = folders;
  return new DistfileFetcher({ distDir, mirrors, machineMirrors, treeMirrors, folders: ownFolders, archive });
}
