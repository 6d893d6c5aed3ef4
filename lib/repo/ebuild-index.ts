import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContainedFolder, type Refusal } from '../host/contained-file';
import { keepInCache } from '../host/keep-in-cache';
import { splitVersion, tryParseVersion } from '../pms';
import { RepositoryCandidate } from './candidate';
import { type FolderListings, type FoundEbuild, type Stamp, scanEbuilds, stampOf } from './ebuild-scan';
import { EntryReader } from './entry-reader';
import { limits } from './limits';
import { checkMetadata, formatCacheEntry, type Metadata, type MetadataCheck, parseCacheEntry } from './metadata';
import type { PackageSource } from './package-source';
import type { Repository, RepositorySet } from './repositories';

const format = 5;

/** An ebuild whose metadata nobody has written down yet, or whose ebuild or eclasses changed since. */
export interface PendingEbuild {
  readonly repository: string;
  readonly category: string;
  readonly pf: string;
  readonly path: string;
}

export interface EbuildIndex extends PackageSource {
  readonly repository: string;
  /** number of ebuilds with metadata */
  readonly size: number;
  readonly pending: readonly PendingEbuild[];
  /** files and folders that were not read, and why; a package whose ebuild is among them is masked */
  readonly refused: readonly Refusal[];
  /** equal while no entry changed */
  readonly fingerprint: string;
  /** how many entries had to be read anew; 0: everything came from the index file */
  readonly reread: number;
}

/** version, stamps of ebuild and cache entries, offset and length in the blob, problem, foreign flags */
type Row = [pvr: string, stamps: string, offset: number, length: number, problem: string | null, foreign: string[]];

interface Header {
  readonly format: number;
  readonly location: string;
  /** eclass path -> stamp and md5 */
  readonly eclasses: Record<string, [Stamp, string]>;
  readonly listings: FolderListings;
  readonly packages: Record<string, Row[]>;
  readonly pending: PendingEbuild[];
  readonly refused: readonly Refusal[];
  /** of `packages` */
  readonly fingerprint: string;
}

interface Stored {
  readonly header: Header;
  readonly blob: Buffer;
}

const md5 = (data: Buffer | string): string => createHash('md5').update(data).digest('hex');

/** File of the index of one repository. */
export function indexFile(cacheFolder: string, repository: Repository): string {
  const key = createHash('sha256').update(repository.location).digest('hex').slice(0, 12);
  return join(cacheFolder, 'index', `${repository.name}-${key}.idx`);
}

/** Folder of the metadata that we generated for a repository, laid out like its `metadata/md5-cache`. */
export function generatedCache(cacheFolder: string, repository: Repository): string {
  const key = createHash('sha256').update(repository.location).digest('hex').slice(0, 12);
  return join(cacheFolder, 'metadata', `${repository.name}-${key}`);
}

function readStored(path: string, location: string): Stored | null {
  let data: Buffer;
  try {
    data = readFileSync(path);
  } catch {
    return null;
  }
  const end = data.indexOf(10);
  if (end < 0) return null;
  try {
    const header = JSON.parse(data.toString('utf8', 0, end)) as Header;
    if (header.format !== format || header.location !== location) return null;
    return { header, blob: data.subarray(end + 1) };
  } catch {
    return null;
  }
}

function writeStored(path: string, header: Header, blob: Buffer): void {
  keepInCache(path, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), blob]));
}

/** What may stand between `eclass/` and `.eclass`. Source: PMS 10.1. */
const eclassName = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;

/** Checksums of eclasses, hashed again only when a file changed. */
class EclassSums {
  private readonly current: Record<string, [Stamp, string]> = {};

  constructor(
    private readonly folders: readonly string[],
    private readonly before: Readonly<Record<string, [Stamp, string]>>,
  ) {}

  private sumAt(path: string): string | null {
    const known = this.current[path];
    if (known) return known[1];
    const stamp = stampOf(path);
    if (stamp === '-') return null;
    const old = this.before[path];
    const sum = old && old[0] === stamp ? old[1] : eclassSum(path);
    if (sum !== null) this.current[path] = [stamp, sum];
    return sum;
  }

  /** md5 of the eclass that `inherit` would find; null when there is none */
  sum(name: string): string | null {
    if (!eclassName.test(name)) return null;
    for (const folder of this.folders) {
      const sum = this.sumAt(join(folder, `${name}.eclass`));
      if (sum !== null) return sum;
    }
    return null;
  }

  /** true when an eclass that the old index knew has changed or gone */
  get changed(): boolean {
    return Object.entries(this.before).some(([path, [, sum]]) => this.sumAt(path) !== sum);
  }

  get all(): Record<string, [Stamp, string]> {
    return this.current;
  }
}

/** md5 of `<repository>/eclass/<name>.eclass`; null when there is no such file inside the repository. */
export function eclassSum(path: string): string | null {
  const answer = new ContainedFolder(dirname(dirname(path))).read(path, limits.eclassBytes);
  return answer.kind === 'content' ? md5(answer.data) : null;
}

/** Do the `_eclasses_` of an entry (name, checksum, name, checksum …) still hold? */
function eclassesHold(text: string | undefined, sums: EclassSums): boolean {
  if (!text) return true;
  const parts = text.split('\t');
  for (let at = 0; at + 1 < parts.length; at += 2) if (sums.sum(parts[at] as string) !== parts[at + 1]) return false;
  return true;
}

/** An entry for an ebuild that cannot be had; it masks the package and tells why. */
const unavailable = ({ path, reason }: Refusal): Buffer =>
  Buffer.from(formatCacheEntry({ EAPI: '8', SLOT: '0', _unavailable_: `\`${path}\` ${reason}` }));

/**
 * Opens the index of a repository: one file with all metadata, read at once, its entries parsed when asked for. Entries
 * whose files changed are read anew and the file is written again; without `cacheFolder` nothing is kept.
 * An entry of md5-cache counts only while its checksums fit the ebuild and its eclasses (PMS 14.3).
 */
export function openIndex(
  repository: Repository,
  repositories: RepositorySet,
  cacheFolder: string | null,
): EbuildIndex {
  const path = cacheFolder === null ? null : indexFile(cacheFolder, repository);
  const remembered = path === null ? undefined : opened.get(path);
  const stored = remembered?.stored ?? (path === null ? null : readStored(path, repository.location));
  const old = new Map<string, readonly [name: string, row: Row]>();
  for (const [name, rows] of Object.entries(stored?.header.packages ?? {})) {
    for (const row of rows) old.set(`${name}-${row[0]}`, [name, row]);
  }
  const sums = new EclassSums(repository.eclassFolders, stored?.header.eclasses ?? {});
  const eclassesChanged = stored !== null && sums.changed;
  const caches = [join(repository.location, 'metadata/md5-cache')];
  if (cacheFolder !== null) caches.push(generatedCache(cacheFolder, repository));

  const packages: Record<string, Row[]> = {};
  const pending: PendingEbuild[] = [];
  /** parts of the new blob: of the old one (start and length), or read anew */
  const pieces: (readonly [number, number] | Buffer)[] = [];
  let offset = 0;
  let reread = 0;
  let size = 0;

  const add = (name: string, row: Row): void => {
    size++;
    const list = packages[name];
    if (list) list.push(row);
    else packages[name] = [row];
  };
  const reader = new EntryReader(repository, caches);
  const fresh = (found: FoundEbuild): Buffer | null => {
    const ebuild = reader.ebuild(found);
    if (ebuild.kind === 'refused') return unavailable(ebuild);
    if (ebuild.kind === 'missing' && found.path !== null) {
      return unavailable({ path: found.path, reason: 'is not a regular file' });
    }
    const sum = ebuild.kind === 'content' ? md5(ebuild.data) : null;
    for (const answer of reader.entries(found)) {
      if (found.path === null && answer.kind === 'refused') return unavailable(answer);
      if (answer.kind !== 'content') continue;
      if (found.path === null) return answer.data;
      const entry = parseCacheEntry(answer.data.toString('utf8'));
      if (entry._md5_ === sum && eclassesHold(entry._eclasses_, sums)) return answer.data;
    }
    return null;
  };

  const scanned = scanEbuilds(repository, repositories, stored?.header.listings);
  for (const refusal of scanned.refused) reader.refused.push(refusal);
  for (const found of scanned.ebuilds) {
    const entry = `${found.category}/${found.pf}`;
    const stamps =
      found.path === null
        ? stampOf(`${caches[0]}/${entry}`)
        : [found.path, ...caches.map((cache) => `${cache}/${entry}`)].map(stampOf).join(' ');
    const known = old.get(entry);
    if (known && known[1][1] === stamps && !eclassesChanged && stored) {
      const [name, [pvr, , start, length, problem, foreign]] = known;
      reader.repeat(found, stored.header.refused);
      pieces.push([start, length]);
      add(name, start === offset ? known[1] : [pvr, stamps, offset, length, problem, foreign]);
      offset += length;
      continue;
    }
    const pn = found.pn ?? splitVersion(found.pf)?.name;
    if (pn === undefined) continue;
    const pvr = found.pf.slice(pn.length + 1);
    if (tryParseVersion(pvr) === null) continue;
    const name = `${found.category}/${pn}`;
    const data = fresh(found);
    if (data === null) {
      // in a tree without ebuilds the entry is gone since it was listed
      if (found.path === null) continue;
      pending.push({ repository: repository.name, category: found.category, pf: found.pf, path: found.path });
      continue;
    }
    reread++;
    const check = checkMetadata(parseCacheEntry(data.toString('utf8')), false);
    pieces.push(data);
    add(name, [pvr, stamps, offset, data.length, check.problem, [...check.foreignFlags]]);
    offset += data.length;
  }

  const isSame =
    stored !== null &&
    reread === 0 &&
    size === old.size &&
    !eclassesChanged &&
    JSON.stringify([pending, reader.refused]) === JSON.stringify([stored.header.pending, stored.header.refused]);
  if (isSame && remembered && remembered.index.repository === repository.name) return remembered.index;
  const oldBlob = stored?.blob ?? Buffer.alloc(0);
  const blob = isSame
    ? oldBlob
    : Buffer.concat(
        pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : oldBlob.subarray(piece[0], piece[0] + piece[1]))),
      );
  const header = isSame
    ? stored.header
    : {
        format,
        location: repository.location,
        eclasses: sums.all,
        listings: scanned.listings,
        packages,
        pending,
        refused: reader.refused,
        fingerprint: md5(JSON.stringify(packages)),
      };
  if (!isSame && path !== null) writeStored(path, header, blob);
  const { fingerprint } = header;
  const index = makeIndex(repository, header.packages, blob, {
    pending,
    refused: header.refused,
    reread,
    size,
    fingerprint,
  });
  if (path !== null)
    opened.set(path, { stored: { header, blob }, index: reread === 0 ? index : { ...index, reread: 0 } });
  return index;
}

/** Indexes of this process: while nothing changed on disk, packages that were parsed stay parsed. */
const opened = new Map<string, { readonly stored: Stored; readonly index: EbuildIndex }>();

/** An ebuild of a repository by its name (`category/PN`) and PVR; null: that is no version. */
export function candidateOf(
  name: string,
  pvr: string,
  repository: string,
  metadata: Metadata,
  check: MetadataCheck = checkMetadata(metadata, false),
): RepositoryCandidate | null {
  const version = tryParseVersion(pvr);
  if (version === null) return null;
  const [category = '', pn = ''] = name.split('/');
  const identity = {
    category,
    pn,
    version,
    pv: version.base,
    pr: `r${version.revision ?? '0'}`,
    pvr,
    p: `${pn}-${version.base}`,
    pf: `${pn}-${pvr}`,
    qualifiedName: name,
    text: `${name}-${pvr}`,
  };
  return new RepositoryCandidate(identity, repository, 'ebuild', metadata, { check });
}

function makeIndex(
  repository: Repository,
  packages: Readonly<Record<string, Row[]>>,
  blob: Buffer,
  facts: Pick<EbuildIndex, 'pending' | 'refused' | 'reread' | 'size' | 'fingerprint'>,
): EbuildIndex {
  const made = new Map<string, readonly RepositoryCandidate[]>();
  const names = Object.keys(packages).sort();
  return {
    repository: repository.name,
    ...facts,
    qualifiedNames: () => names,
    packages(name) {
      let list = made.get(name);
      if (list === undefined) {
        list = (packages[name] ?? []).flatMap(([pvr, , offset, length, problem, foreignFlags]) => {
          const metadata = parseCacheEntry(blob.toString('utf8', offset, offset + length));
          return candidateOf(name, pvr, repository.name, metadata, { problem, foreignFlags }) ?? [];
        });
        made.set(name, list);
      }
      return list;
    },
  };
}
