import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eapi, isKnownEapi } from '../pms';
import { generatedCache, type PendingEbuild } from './ebuild-index';
import { formatCacheEntry } from './metadata';
import type { Repository, RepositorySet } from './repositories';

/** What the metadata phase is asked and answers; the engine implements it. */
export type MetadataSource = (ebuild: {
  readonly path: string;
  readonly category: string;
  /** the winner first */
  readonly eclassDirs: readonly string[];
}) => Promise<
  | {
      readonly kind: 'ok';
      readonly keys: Readonly<Record<string, string>>;
      readonly eclasses: readonly { readonly name: string; readonly path: string }[];
    }
  | { readonly kind: 'failed'; readonly message: string }
>;

export interface MetadataProgress {
  readonly done: number;
  readonly total: number;
  readonly cpv: string;
}

export interface MetadataOptions {
  readonly source: MetadataSource;
  readonly cacheFolder: string;
  /** how many ebuilds at once; default 2 */
  readonly workers?: number;
  /** version of the bash that runs the phase, `5.2` */
  readonly bash: string;
  readonly onProgress?: (progress: MetadataProgress) => void;
  readonly signal?: AbortSignal;
}

export interface MetadataReport {
  readonly written: number;
  /** ebuilds that could not be read, and why; they count as masked */
  readonly failed: readonly { readonly cpv: string; readonly message: string }[];
}

const md5 = (path: string): string => createHash('md5').update(readFileSync(path)).digest('hex');

/** EAPI of an ebuild: the assignment in its first line that is neither empty nor a comment. Source: PMS 7.3.1. */
export function eapiOfEbuild(text: string): string {
  for (const row of text.split('\n')) {
    const line = row.trim();
    if (line === '' || line.startsWith('#')) continue;
    return /^EAPI=(["']?)([A-Za-z0-9+_.-]*)\1(?:[ \t].*)?$/.exec(line)?.[2] || '0';
  }
  return '0';
}

const isOlder = (have: string, want: string): boolean => {
  const [haveMajor = 0, haveMinor = 0] = have.split('.').map(Number);
  const [wantMajor = 0, wantMinor = 0] = want.split('.').map(Number);
  return haveMajor < wantMajor || (haveMajor === wantMajor && haveMinor < wantMinor);
};

function writeEntry(path: string, metadata: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, formatCacheEntry(metadata));
  renameSync(temporary, path);
}

/** Entries that say why there is no metadata because of bash; they are tried again with another bash. */
interface Waiting {
  readonly bash: string;
  readonly entries: readonly string[];
}

const waitingFile = (cache: string): string => join(cache, 'waiting-for-bash.json');

function readWaiting(cache: string): Waiting {
  try {
    return JSON.parse(readFileSync(waitingFile(cache), 'utf8')) as Waiting;
  } catch {
    return { bash: '', entries: [] };
  }
}

/** Takes back what an older bash could not read. True: something was, the index has to be opened again. */
export function retryWithBash(repository: Repository, cacheFolder: string, bash: () => string): boolean {
  const cache = generatedCache(cacheFolder, repository);
  const waiting = readWaiting(cache);
  if (waiting.entries.length === 0 || waiting.bash === bash()) return false;
  for (const entry of waiting.entries) rmSync(join(cache, entry), { force: true });
  rmSync(waitingFile(cache), { force: true });
  return true;
}

/**
 * Writes the missing metadata of repositories into our own md5-cache, so that opening the index again finds it. Files
 * are those Portage's egencache writes. An ebuild that cannot be read leaves an entry that says why.
 * Source: PMS 14.3 (md5-cache), 7 (metadata phase).
 */
export async function generateMetadata(
  pending: readonly PendingEbuild[],
  repositories: RepositorySet,
  options: MetadataOptions,
): Promise<MetadataReport> {
  const failed: { cpv: string; message: string }[] = [];
  const waiting = new Map<string, string[]>();
  const sums = new Map<string, string>();
  const sumOf = (path: string): string => {
    let sum = sums.get(path);
    if (sum === undefined) {
      sum = md5(path);
      sums.set(path, sum);
    }
    return sum;
  };
  let next = 0;
  let done = 0;
  let written = 0;

  const one = async (ebuild: PendingEbuild): Promise<void> => {
    const repository = repositories.byName.get(ebuild.repository);
    if (!repository) return;
    const cache = generatedCache(options.cacheFolder, repository);
    const entry = join(cache, ebuild.category, ebuild.pf);
    const name = eapiOfEbuild(readFileSync(ebuild.path, 'utf8'));
    const fail = (message: string): void => {
      failed.push({ cpv: `${ebuild.category}/${ebuild.pf}`, message });
      writeEntry(entry, { EAPI: name, SLOT: '0', _unavailable_: message, _md5_: md5(ebuild.path) });
    };
    if (!isKnownEapi(name)) {
      writeEntry(entry, { EAPI: name, SLOT: '0', _md5_: md5(ebuild.path) });
      return;
    }
    const needed = eapi(name).bash;
    if (isOlder(options.bash, needed)) {
      fail(`EAPI ${name} needs bash ${needed} or newer; this machine has ${options.bash}`);
      const list = waiting.get(cache) ?? [];
      waiting.set(cache, list);
      list.push(join(ebuild.category, ebuild.pf));
      return;
    }
    const answer = await options.source({
      path: ebuild.path,
      category: ebuild.category,
      eclassDirs: repository.eclassFolders,
    });
    if (answer.kind === 'failed') {
      fail(answer.message);
      return;
    }
    const eclasses = [...answer.eclasses]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name: eclass, path }) => `${eclass}\t${sumOf(path)}`)
      .join('\t');
    writeEntry(entry, { ...answer.keys, _eclasses_: eclasses, _md5_: md5(ebuild.path) });
    written++;
  };
  const worker = async (): Promise<void> => {
    for (let ebuild = pending[next++]; ebuild; ebuild = pending[next++]) {
      options.signal?.throwIfAborted();
      await one(ebuild);
      done++;
      options.onProgress?.({ done, total: pending.length, cpv: `${ebuild.category}/${ebuild.pf}` });
    }
  };
  await Promise.all(Array.from({ length: options.workers ?? 2 }, worker));
  for (const [cache, entries] of waiting) {
    const before = readWaiting(cache).entries;
    const all: Waiting = { bash: options.bash, entries: [...new Set([...before, ...entries])] };
    writeFileSync(waitingFile(cache), JSON.stringify(all));
  }
  return { written, failed };
}
