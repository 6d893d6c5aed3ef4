import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStudioError } from '../../errors';
import { ContainedFolder } from '../../host/contained-file';
import { download } from '../download';
import { EngineError } from '../errors';
import { digestFile } from '../manifest';
import type { StoredPackage } from '../package-store';
import { mirrorReach } from '../source-reach';
import {
  type BuiltWith,
  indexName,
  mostIndexBytes,
  type PrebuiltEntry,
  packagesFolder,
  parsePrebuiltIndex,
  whyNotHere,
} from './prebuilt-index';

export interface PrebuiltSettings {
  /** folders, and addresses that begin with `https:`; the first that has a package wins */
  readonly places: readonly string[];
  /** folder for indexes that are downloaded */
  readonly cacheDir: string;
}

/** How a prefix remembers what it took. */
export const prebuiltFile = 'PREFIX_STUDIO_PREBUILT';

/** A package that somebody built, checked and at hand. */
export interface PrebuiltPackage {
  readonly entry: PrebuiltEntry;
  readonly place: string;
  readonly stored: StoredPackage;
}

export type PrebuiltAnswer =
  | { readonly kind: 'found'; readonly entry: PrebuiltEntry; readonly place: string }
  /** `reason` is a clause about the package; null: nobody built it */
  | { readonly kind: 'none'; readonly reason: string | null };

/** An index that was downloaded is asked for again after this time. */
const freshMs = 10 * 60_000;

const times = { connectTimeoutMs: 5_000, idleTimeoutMs: 20_000, totalTimeoutMs: 30 * 60_000 };

interface Place {
  readonly name: string;
  readonly entries: ReadonlyMap<string, PrebuiltEntry>;
  /** what is wrong with the file of an entry, as far as that is known without fetching it; throws PREBUILT_INVALID */
  readonly check: (entry: PrebuiltEntry) => Promise<void>;
  /** puts a file of `packages` somewhere; throws PREBUILT_INVALID, PREBUILT_UNREACHABLE */
  readonly fetch: (entry: PrebuiltEntry, to: string, signal?: AbortSignal) => Promise<void>;
}

/** Packages that were built elsewhere for any path, in folders and at addresses that the user of the machine names. */
export class PrebuiltPackages {
  private opened: Promise<readonly Place[]> | null = null;
  /** what is wrong with places; for people, one sentence each */
  readonly troubles: string[] = [];
  /** by `place SHA-512`: is the file what its index describes, as far as that was looked at? false: or it cannot be had */
  private readonly looked = new Map<string, boolean>();

  constructor(
    private readonly settings: PrebuiltSettings,
    /** folder of those that were taken */
    private readonly taken: string,
    private readonly machine: () => Promise<BuiltWith | null>,
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * Is there a package with this key that can run beside the libraries of this machine? A file in a folder is read for it; one that
   * is damaged is told in `troubles`, and the next place is asked.
   */
  async find(key: string): Promise<PrebuiltAnswer> {
    let reason: string | null = null;
    for (const place of await this.places()) {
      const entry = place.entries.get(key);
      if (!entry) continue;
      const against =
        whyNotHere(entry, await this.machine()) ?? ((await this.isUsable(place, entry)) ? null : notAvailable);
      if (against === null) return { kind: 'found', entry, place: place.name };
      reason ??= against;
    }
    return { kind: 'none', reason };
  }

  /** Is the file what its index describes, as far as that is known without fetching it? If not, that is told in `troubles`. */
  private async isUsable(place: Place, entry: PrebuiltEntry): Promise<boolean> {
    const known = this.looked.get(fileOf(place.name, entry));
    if (known !== undefined) return known;
    return (await isIntact(this.storedAs(entry.cpv, entry.sha512).path, entry)) || this.look(place, entry);
  }

  private async look(place: Place, entry: PrebuiltEntry): Promise<boolean> {
    const isGood = await place.check(entry).then(
      () => true,
      (error: unknown) => {
        this.note(error);
        return false;
      },
    );
    this.looked.set(fileOf(place.name, entry), isGood);
    return isGood;
  }

  /**
   * Gets the file of a package. Null when that cannot be done, or it is another one; that is told in `troubles`, and `find` does
   * not answer with it again.
   */
  async get({ entry, place: name }: Omit<PrebuiltPackage, 'stored'>): Promise<StoredPackage | null> {
    const stored = this.storedAs(entry.cpv, entry.sha512);
    if (await isIntact(stored.path, entry)) return stored;
    const partial = `${stored.path}.${process.pid}`;
    try {
      await mkdir(this.taken, { recursive: true });
      await (await this.places()).find((one) => one.name === name)?.fetch(entry, partial, this.signal);
      if (!(await isIntact(partial, entry))) throw another(entry, name);
      await rename(partial, stored.path);
      return stored;
    } catch (error) {
      this.note(error);
      this.looked.set(fileOf(name, entry), false);
      return null;
    } finally {
      await rm(partial, { force: true });
    }
  }

  /** The package that was taken earlier; null: it is gone. */
  async takenEarlier(cpv: string, sha512: string): Promise<StoredPackage | null> {
    if (!/^[0-9a-f]{128}$/.test(sha512)) return null;
    const stored = this.storedAs(cpv, sha512);
    return (await stat(stored.path).catch(() => null))?.isFile() ? stored : null;
  }

  private storedAs(cpv: string, sha512: string): StoredPackage {
    return { cpv, buildId: 0, path: join(this.taken, `${sha512}.gpkg.tar`) };
  }

  /** All that indexes name. Files in folders are read; those that are damaged are told in `troubles`. */
  async list(): Promise<readonly { readonly name: string; readonly entries: readonly PrebuiltEntry[] }[]> {
    const places = await this.places();
    for (const place of places) {
      for (const entry of place.entries.values()) await this.look(place, entry);
    }
    return places.map(({ name, entries }) => ({ name, entries: [...entries.values()] }));
  }

  private note(error: unknown): void {
    if (!isStudioError(error)) throw error;
    this.troubles.push(error.message);
  }

  private places(): Promise<readonly Place[]> {
    this.opened ??= this.open();
    return this.opened;
  }

  private async open(): Promise<readonly Place[]> {
    const found: Place[] = [];
    for (const name of this.settings.places) {
      try {
        found.push(
          name.startsWith('/') ? openFolder(name) : await openAddress(name, this.settings.cacheDir, this.signal),
        );
      } catch (error) {
        this.note(error);
      }
    }
    return found;
  }
}

const byKey = (entries: readonly PrebuiltEntry[]): Place['entries'] =>
  new Map(entries.map((entry) => [entry.key, entry]));

const fileOf = (place: string, { sha512 }: PrebuiltEntry): string => `${place} ${sha512}`;

const notAvailable = 'the one that was built elsewhere is not available';

const another = ({ cpv, file }: PrebuiltEntry, place: string): EngineError =>
  invalid(
    `the prebuilt \`${cpv}\` of \`${place}\` is not the file that its index describes (\`${packagesFolder}/${file}\`)`,
  );

const invalid = (message: string): EngineError => new EngineError('PREBUILT_INVALID', message);

async function isIntact(path: string, { sizeBytes, sha512 }: PrebuiltEntry): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile() || info.size !== sizeBytes) return false;
  return (await digestFile(path, ['SHA512'])).hashes.SHA512 === sha512;
}

function openFolder(folder: string): Place {
  const contained = new ContainedFolder(folder);
  const index = contained.read(join(folder, indexName), mostIndexBytes);
  if (index.kind !== 'content') {
    const reason = index.kind === 'refused' ? index.reason : `has no \`${indexName}\``;
    throw invalid(`the folder of prebuilt packages \`${folder}\` ${reason}`);
  }
  const read = (entry: PrebuiltEntry): Buffer => {
    const found = contained.read(join(folder, packagesFolder, entry.file), entry.sizeBytes);
    if (found.kind !== 'content') {
      throw invalid(
        `the prebuilt \`${entry.cpv}\` of \`${folder}\` ${found.kind === 'missing' ? `is not there (\`${packagesFolder}/${entry.file}\`)` : found.reason}`,
      );
    }
    if (createHash('sha512').update(found.data).digest('hex') !== entry.sha512) throw another(entry, folder);
    return found.data;
  };
  return {
    name: folder,
    entries: byKey(parsePrebuiltIndex(index.data.toString('utf8'), folder)),
    check: async (entry) => {
      read(entry);
    },
    fetch: async (entry, to) => writeFile(to, read(entry)),
  };
}

interface Address {
  /** ends in a slash */
  readonly base: string;
  /** what the index has to have; null: any */
  readonly sha512: string | null;
}

/** `https://…`, with `#sha512=…` of the index behind it where that is known; without https it has to be. */
function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  const sha512 = /^#sha512=([0-9a-f]{128})$/.exec(url?.hash ?? '')?.[1] ?? null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || (url.hash !== '' && sha512 === null)) {
    throw invalid(`\`${text}\` is not a place of prebuilt packages: it is neither an absolute folder nor an address`);
  }
  if (url.protocol === 'http:' && sha512 === null) {
    throw invalid(
      `\`${text}\` cannot be trusted: an address without https needs the checksum of its index behind it, \`#sha512=…\``,
    );
  }
  url.hash = '';
  return { base: `${url.href.replace(/\/+$/, '')}/`, sha512 };
}

async function get(url: string, path: string, sizeBytes: number | null, signal?: AbortSignal): Promise<void> {
  const result = await download(url, path, {
    ...times,
    expectedBytes: sizeBytes,
    mostBytes: sizeBytes ?? mostIndexBytes,
    reach: { ...mirrorReach(url, { localHosts: [], machineMirrors: [url] }), isFileAllowed: false },
    signal,
  });
  if (result.kind === 'downloaded') return;
  throw new EngineError(
    'PREBUILT_UNREACHABLE',
    `prebuilt packages cannot be fetched from \`${url}\`: ${result.detail}`,
  );
}

async function readIndex(file: string, { base, sha512 }: Address): Promise<readonly PrebuiltEntry[]> {
  const found = new ContainedFolder(join(file, '..')).read(file, mostIndexBytes);
  if (found.kind !== 'content') throw invalid(`the index of \`${base}\` cannot be read`);
  if (sha512 !== null && createHash('sha512').update(found.data).digest('hex') !== sha512) {
    throw invalid(`the index of \`${base}\` does not have the SHA-512 that the settings give`);
  }
  return parsePrebuiltIndex(found.data.toString('utf8'), base);
}

async function openAddress(text: string, cacheDir: string, signal?: AbortSignal): Promise<Place> {
  const address = parseAddress(text);
  const { base, sha512 } = address;
  const folder = join(
    cacheDir,
    'prebuilt',
    createHash('sha256').update(`${base} ${sha512}`).digest('hex').slice(0, 32),
  );
  const index = join(folder, indexName);
  const age = Date.now() - ((await stat(index).catch(() => null))?.mtimeMs ?? Number.NEGATIVE_INFINITY);
  if (age > freshMs) {
    const fresh = `${index}.${process.pid}`;
    try {
      await rm(fresh, { force: true });
      await get(`${base}${indexName}`, fresh, null, signal);
      await readIndex(fresh, address);
      await rename(fresh, index);
    } catch (error) {
      // what was had once is as good as it was
      if (!isStudioError(error) || error.code !== 'PREBUILT_UNREACHABLE' || !Number.isFinite(age)) throw error;
    }
  }
  return {
    name: base,
    entries: byKey(await readIndex(index, address)),
    check: () => Promise.resolve(),
    fetch: (entry, to, stop) =>
      get(`${base}${packagesFolder}/${encodeURIComponent(entry.file)}`, to, entry.sizeBytes, stop),
  };
}
