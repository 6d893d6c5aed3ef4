import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { isScarcity } from '../host/sandbox-status';
import { makeWritableFolder } from '../host/writable-folder';
import { eapi, isKnownEapi } from '../pms';
import { eclassSum, generatedCache, type PendingEbuild } from './ebuild-index';
import { FailedEntries, type FailureCause } from './failed-entries';
import { limits } from './limits';
import { formatCacheEntry } from './metadata';
import type { RepositorySet } from './repositories';

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
  /** waited for before each ebuild, so that what is more urgent goes first */
  readonly giveWay?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface MetadataReport {
  readonly written: number;
  /** ebuilds that could not be read, and why; they count as masked */
  readonly failed: readonly { readonly cpv: string; readonly message: string }[];
}

const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');

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
  makeWritableFolder(dirname(path), 'keeping the metadata of a tree that has no cache of it');
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, formatCacheEntry(metadata));
  renameSync(temporary, path);
}

const oneLine = (message: string): string => message.replaceAll('\n', ' ').slice(0, 2000);

/** Characters of an eclass's name, without any that leads to another folder. Source: PMS 3.1.7. */
const eclassName = /^[A-Za-z0-9_.+-]+$/;

/** What an ebuild says of itself is not believed as far as it names files or fills memory; null: nothing is wrong. */
function answerProblem(
  answer: Extract<Awaited<ReturnType<MetadataSource>>, { kind: 'ok' }>,
  eclassFolders: readonly string[],
  sumOf: (path: string) => string | null,
): string | null {
  const giant = Object.entries(answer.keys).find(([, value]) => value.length > limits.cacheValueBytes);
  if (giant) return `${giant[0]} is longer than ${limits.cacheValueBytes} bytes`;
  if (Object.values(answer.keys).join('').length > limits.cacheEntryBytes) {
    return `its metadata is longer than ${limits.cacheEntryBytes} bytes`;
  }
  const foreign = answer.eclasses.find(
    ({ name, path }) =>
      !eclassName.test(name) ||
      !eclassFolders.some((folder) => path === join(folder, `${name}.eclass`)) ||
      sumOf(path) === null,
  );
  return foreign ? `\`${foreign.path.slice(0, 200)}\` is not an eclass of this repository or its masters` : null;
}

/**
 * Writes the missing metadata of repositories into our own md5-cache, so that opening the index again finds it. Files
 * are those Portage's egencache writes. An ebuild that cannot be read leaves an entry that says why. Rejects with what the source
 * rejects with, and leaves no entry of the ebuild that it was asked for.
 * Source: PMS 14.3 (md5-cache), 7 (metadata phase).
 */
export async function generateMetadata(
  pending: readonly PendingEbuild[],
  repositories: RepositorySet,
  options: MetadataOptions,
): Promise<MetadataReport> {
  const failed: { cpv: string; message: string }[] = [];
  const failures = new FailedEntries(options.cacheFolder);
  const sums = new Map<string, string | null>();
  const sumOf = (path: string): string | null => {
    let sum = sums.get(path);
    if (sum === undefined) {
      sum = eclassSum(path);
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
    const cpv = `${ebuild.category}/${ebuild.pf}`;
    const read = new ContainedFolder(repository.location).read(ebuild.path, limits.ebuildBytes);
    if (read.kind !== 'content') {
      // opening the index again masks the package and tells why
      const reason = read.kind === 'refused' ? read.reason : 'is gone';
      failed.push({ cpv, message: `\`${ebuild.path}\` ${reason}` });
      return;
    }
    const sum = md5(read.data);
    const name = eapiOfEbuild(read.data.toString('utf8'));
    const fail = (message: string, cause: FailureCause = 'eclasses'): void => {
      failed.push({ cpv, message });
      writeEntry(entry, { EAPI: name, SLOT: '0', _unavailable_: oneLine(message), _md5_: sum });
      failures.add(repository, cpv, cause, options.bash);
    };
    if (!isKnownEapi(name)) {
      writeEntry(entry, { EAPI: name, SLOT: '0', _md5_: sum });
      return;
    }
    const needed = eapi(name).bash;
    if (isOlder(options.bash, needed)) {
      fail(
        `EAPI ${name} needs bash ${needed} or newer; this machine has ${options.bash}; \`prefix-studio build-bash\` makes one`,
        'bash',
      );
      return;
    }
    const answer = await options.source({
      path: ebuild.path,
      category: ebuild.category,
      eclassDirs: repository.eclassFolders,
    });
    if (answer.kind === 'failed') {
      // an ebuild that lies about it is only read again
      fail(answer.message, isScarcity(answer.message) ? 'machine' : 'eclasses');
      return;
    }
    const problem = answerProblem(answer, repository.eclassFolders, sumOf);
    if (problem !== null) {
      fail(problem);
      return;
    }
    const eclasses = [...answer.eclasses]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name: eclass, path }) => `${eclass}\t${sumOf(path)}`)
      .join('\t');
    writeEntry(entry, { ...answer.keys, _eclasses_: eclasses, _md5_: sum });
    written++;
  };
  const worker = async (): Promise<void> => {
    for (let ebuild = pending[next++]; ebuild; ebuild = pending[next++]) {
      await options.giveWay?.();
      options.signal?.throwIfAborted();
      await one(ebuild);
      done++;
      options.onProgress?.({ done, total: pending.length, cpv: `${ebuild.category}/${ebuild.pf}` });
    }
  };
  try {
    await Promise.all(Array.from({ length: options.workers ?? 2 }, worker));
  } finally {
    failures.write();
  }
  return { written, failed };
}
