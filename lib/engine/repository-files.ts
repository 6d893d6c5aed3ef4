import { dirname, join } from 'node:path';
import { ContainedFolder, readContained } from '../host/contained-file';
import { limits } from '../repo/limits';
import type { EbuildFacts } from './ebuild-facts';
import { EngineError } from './errors';
import type { ArchiveHint } from './host-archive';
import { type ManifestEntry, parseManifest } from './manifest';
import { parseThirdPartyMirrors } from './mirrors';

/**
 * What a build reads of a repository, which a stranger wrote: each file through the reader of contained folders. A file
 * that only helps to find sources has no text when it is refused; one that a package is made of is an error.
 */
function textOf(repositoryLocation: string, path: string): string {
  const answer = readContained(repositoryLocation, path, limits.configBytes);
  return answer.kind === 'content' ? answer.data.toString('utf8') : '';
}

/** The error for a file of a repository that is not read. */
const refusedFile = ({ path, reason }: { readonly path: string; readonly reason: string }): EngineError =>
  new EngineError('REPOSITORY_FILE_REFUSED', `\`${path}\` ${reason}`, {
    hint: 'A repository consists of regular files of ordinary size. Correct it, or leave the repository out.',
    details: { path },
  });

const isHint = (value: unknown): value is ArchiveHint =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as ArchiveHint).package === 'string' &&
  [(value as ArchiveHint).version, (value as ArchiveHint).suite].every((text) =>
    ['string', 'undefined'].includes(typeof text),
  );

/**
 * Reads the file of a repository that maps distfiles to source packages of the host's archive. They are hints: what is no
 * JSON, or no hint, has none.
 */
export function readArchiveHints(repositoryLocation: string): ReadonlyMap<string, ArchiveHint> {
  const text = textOf(repositoryLocation, 'metadata/debian-sources.json');
  try {
    const found: unknown = JSON.parse(text);
    return new Map(Object.entries(found ?? {}).filter((entry): entry is [string, ArchiveHint] => isHint(entry[1])));
  } catch {
    return new Map();
  }
}

/** DIST entries of an ebuild's Manifest by name. Throws MANIFEST_INVALID, REPOSITORY_FILE_REFUSED. */
export function manifestOf({ ebuild, repositoryLocation }: EbuildFacts): ReadonlyMap<string, ManifestEntry> {
  const path = join(dirname(ebuild), 'Manifest');
  const answer = new ContainedFolder(repositoryLocation).read(path, limits.manifestBytes);
  if (answer.kind === 'refused') throw refusedFile(answer);
  const text = answer.kind === 'content' ? answer.data.toString('utf8') : '';
  return new Map(parseManifest(text, path).flatMap((entry) => (entry.kind === 'DIST' ? [[entry.name, entry]] : [])));
}

/** URLs of `mirror://` names, of all repositories together. */
export function thirdPartyMirrors(locations: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const mirrors = new Map<string, readonly string[]>();
  for (const location of locations) {
    const text = textOf(location, 'profiles/thirdpartymirrors');
    for (const [name, urls] of parseThirdPartyMirrors(text)) mirrors.set(name, [...(mirrors.get(name) ?? []), ...urls]);
  }
  return mirrors;
}

/** Content of an ebuild. Throws REPOSITORY_FILE_REFUSED. */
export function ebuildContent({ ebuild, repositoryLocation }: EbuildFacts): Buffer {
  const answer = new ContainedFolder(repositoryLocation).read(ebuild, limits.ebuildBytes);
  if (answer.kind === 'content') return answer.data;
  throw refusedFile(answer.kind === 'refused' ? answer : { path: ebuild, reason: 'is gone' });
}

/**
 * Paths below `files/` of an ebuild and content of everything there, sorted, folders before what is in them with null. Links are
 * read where they lead, inside of the repository. Throws REPOSITORY_FILE_REFUSED.
 */
export function* packageFiles({
  ebuild,
  repositoryLocation,
}: EbuildFacts): Generator<readonly [string, Buffer | null]> {
  const repository = new ContainedFolder(repositoryLocation);
  let leftBytes: number = limits.packageFilesBytes;
  let leftFiles: number = limits.configFiles;
  const top = join(dirname(ebuild), 'files');
  function* walk(folder: string): Generator<readonly [string, Buffer | null]> {
    const list = repository.list(folder, limits.folderEntries);
    if (list.kind === 'refused') throw refusedFile(list);
    for (const name of list.kind === 'content' ? list.names : []) {
      const path = join(folder, name);
      const shown = path.slice(top.length + 1);
      if (leftFiles-- === 0)
        throw refusedFile({ path: folder, reason: `is among more than ${limits.configFiles} files` });
      if (repository.kind(path) === 'directory') {
        yield [shown, null];
        yield* walk(path);
        continue;
      }
      const answer = repository.read(path, leftBytes);
      if (answer.kind === 'refused') throw refusedFile(answer);
      if (answer.kind === 'content') {
        leftBytes -= answer.data.length;
        yield [shown, answer.data];
      }
    }
  }
  yield* walk(top);
}
